import type { JsonObject } from '../../engine/json.ts';
import { type MachineHooks, restartMachine, startMachine, stopMachine, terminateMachine } from '../../engine/lifecycle.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction } from '../../engine/world.ts';
import { parseArmId } from './arm-id.ts';
import { objectAt, objectsAt, textAt } from './fields.ts';
import { find, get, propertiesOf } from './kept.ts';
import { publicIpOf } from './ip-configurations.ts';
import { notAllowed } from './refuse.ts';
import { sizeIn } from './sizes.ts';
import { checkCores } from './usages.ts';

/** At real pace; from public reports of provisioning times, none of them measured here. */
export const machineHooks: MachineHooks = {
  pace: { pendingMs: 40_000, bootMs: 15_000, cloudInitMs: 20_000, stoppingMs: 20_000, terminatingMs: 40_000, noticeMs: 30_000 },
  onTerminated: (tx, machine) => remove(tx, machine),
  // Deallocated by an eviction: that takes the vCPUs off the quota's list no less than a call does.
  onStopped(tx, machine) {
    if (machine.machine?.preemptedAtMs != null) tx.put({ ...machine, props: { ...machine.props, deallocate: true } });
  },
  // The static address is the interface's, so that a start finds it where it was.
  onRunning(tx, machine) {
    const nic = find(tx, textAt(propertiesOf(machine), 'networkProfile', 'networkInterfaces', 0, 'id') ?? '');
    if (nic === null || machine.machine?.publicIp !== null) return;
    const [first] = objectsAt(propertiesOf(nic), 'ipConfigurations');
    tx.put({ ...machine, machine: { ...machine.machine, publicIp: publicIpOf(tx, objectAt(first, 'properties')) } });
  },
};

/** Takes a machine out of the world, and what is to go with it (`deleteOption: Delete`). */
export function remove(tx: Transaction, machine: SimResource): void {
  const properties = propertiesOf(machine);
  const goes = (part: JsonObject): boolean => textAt(part, 'deleteOption') === 'Delete' || textAt(part, 'properties', 'deleteOption') === 'Delete';
  const storage = objectAt(properties, 'storageProfile');
  const disks = [objectAt(storage, 'osDisk'), ...objectsAt(storage, 'dataDisks')].filter(goes).map((disk) => textAt(disk, 'managedDisk', 'id'));
  const interfaces = objectsAt(properties, 'networkProfile', 'networkInterfaces').filter(goes).map((nic) => textAt(nic, 'id'));
  tx.remove('azure', machine.id);
  for (const id of [...disks, ...interfaces]) {
    const part = id === null ? null : find(tx, id);
    if (part !== null) tx.remove('azure', part.id);
  }
}

export const powerActions = ['powerOff', 'start', 'restart', 'deallocate', 'redeploy', 'reapply'] as const;
export type PowerAction = (typeof powerActions)[number];

/** Carries out an action on a machine; throws where it is not allowed now. */
export function power(tx: Transaction, id: string, action: PowerAction): void {
  const machine = get(tx, id);
  const state = machine.machine?.state;
  if (state === 'terminating') throw notAllowed(`Operation '${action}' is not allowed on VM '${machine.name ?? ''}' since the VM is marked for deletion. You can only retry the Delete operation (or wait for an ongoing one to complete).`);
  switch (action) {
    case 'powerOff':
      stopMachine(tx, machine, machineHooks, null);
      return;
    case 'deallocate': {
      const marked = { ...machine, props: { ...machine.props, deallocate: true } };
      tx.put(marked);
      stopMachine(tx, marked, machineHooks, null);
      return;
    }
    case 'start': {
      if (state !== 'stopped') return;
      const size = sizeIn(tx, machine.region ?? '', textAt(propertiesOf(machine), 'hardwareProfile', 'vmSize') ?? '');
      if (machine.props.deallocate === true) checkCores(tx, parseArmId(machine.id)?.subscription ?? '', machine.region ?? '', size, machine.machine?.spot === true);
      const woken = { ...machine, props: { ...machine.props, deallocate: false } };
      tx.put(woken);
      startMachine(tx, woken, machineHooks);
      return;
    }
    case 'restart':
    case 'redeploy':
      if (state !== 'running') throw notAllowed(`Operation '${action}' is not allowed on VM '${machine.name ?? ''}' since the VM is not running.`);
      restartMachine(tx, machine, machineHooks);
      return;
    case 'reapply':
      return;
  }
}

/** Begins to delete a machine. */
export function terminate(tx: Transaction, machine: SimResource): void {
  terminateMachine(tx, machine, machineHooks, null);
}
