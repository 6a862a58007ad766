import { type MachineHooks, restartMachine, startMachine, stopMachine, terminateMachine } from '../../engine/lifecycle.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction } from '../../engine/world.ts';
import { setUser } from './disk.ts';
import { flag, object, objects, text } from './fields.ts';
import { find, need } from './kept.ts';
import { recordOperation } from './operation.ts';
import { pace, pending, type Pending } from './pending.ts';
import { newPublicAddress } from './public-addresses.ts';
import { badRequest, invalidUsage } from './refuse.ts';
import { deadlineOf } from './scheduling.ts';

/** What Compute Engine does with a machine's disks and addresses when it stops, starts or ends. */
export const instanceHooks: MachineHooks = {
  // An order of magnitude, not measured; the notice is Google's documented 30 seconds.
  pace: { pendingMs: 12_000, bootMs: 18_000, cloudInitMs: 15_000, stoppingMs: 25_000, terminatingMs: 35_000, noticeMs: 30_000 },

  onTerminated(tx, instance) {
    for (const attached of objects(instance.props, 'disks')) {
      const disk = find(tx, 'disk', text(attached, 'source') ?? '');
      if (disk === null) continue;
      if (flag(attached, 'autoDelete') === true) tx.remove('gcp', disk.id);
      else setUser(tx, disk, null);
    }
    tx.remove('gcp', instance.id);
    if (instance.machine?.preemptedAtMs != null) recordOperation(tx, pending(instance, 'compute.instances.preempted', 0));
  },

  onStopped(tx, instance) {
    // An ephemeral address goes back; a static one stays.
    if (instance.machine !== undefined && staticIp(instance) === null) tx.put({ ...instance, machine: { ...instance.machine, publicIp: null } });
    if (instance.machine?.preemptedAtMs != null) recordOperation(tx, pending(instance, 'compute.instances.preempted', 0));
  },

  onRunning(tx, instance) {
    const { machine } = instance;
    if (machine?.publicIp !== null || accessConfigs(instance).length === 0 || staticIp(instance) !== null || !wasStopped(instance)) return;
    tx.put({ ...instance, machine: { ...machine, publicIp: newPublicAddress(tx, tx.newId(8)) } });
  },
};

/** The first start brings its own address, late or never where a fault says so. */
const wasStopped = (instance: SimResource): boolean => instance.props.lastStopTimestampMs !== undefined;

const accessConfigs = (instance: SimResource) => objects(instance.props, 'networkInterfaces').flatMap((nic) => objects(nic, 'accessConfigs'));
const staticIp = (instance: SimResource): string | null => accessConfigs(instance).map((config) => text(config, 'natIP'))[0] ?? null;

/** `compute.instances.delete`. */
export function deleteInstance(tx: Transaction, id: string): Pending {
  const instance = need(tx, 'instance', id);
  if (instance.props.deletionProtection === true) {
    throw invalidUsage("Resource cannot be deleted if it's protected against deletion. To delete the resource, removal of the protection is required.");
  }
  terminateMachine(tx, instance, instanceHooks, 'deleted by the user');
  return pending(instance, 'delete', instanceHooks.pace.terminatingMs, 'gone');
}

/** `compute.instances.stop`. A machine that is stopped stays so. */
export function stopInstance(tx: Transaction, id: string): Pending {
  return halt(tx, need(tx, 'instance', id), 'stop');
}

/** `compute.instances.suspend`: what the machine has in memory is not part of the rehearsal, its addresses and states are. */
export function suspendInstance(tx: Transaction, id: string): Pending {
  const instance = need(tx, 'instance', id);
  if (instance.machine?.state !== 'running') throw badRequest(`Instance '${id}' is not running.`);
  return halt(tx, instance, 'suspend');
}

function halt(tx: Transaction, instance: SimResource, how: 'stop' | 'suspend'): Pending {
  const noted = { ...instance, props: { ...instance.props, lastStopTimestampMs: tx.nowMs, suspended: how === 'suspend' } };
  tx.put(noted);
  const reason = how === 'stop' ? 'stopped by the user' : 'suspended by the user';
  return pending(stopMachine(tx, noted, instanceHooks, reason), how, instanceHooks.pace.stoppingMs, 'stopped');
}

/** `compute.instances.start`. */
export function startInstance(tx: Transaction, id: string): Pending {
  return launch(tx, need(tx, 'instance', id), 'start');
}

/** `compute.instances.resume`. */
export function resumeInstance(tx: Transaction, id: string): Pending {
  const instance = need(tx, 'instance', id);
  if (instance.props.suspended !== true) throw badRequest(`Instance '${id}' is not suspended.`);
  return launch(tx, instance, 'resume');
}

function launch(tx: Transaction, instance: SimResource, how: 'start' | 'resume'): Pending {
  const state = instance.machine?.state;
  if (state === 'stopping' || state === 'terminating') throw badRequest(`The resource '${instance.id}' is not ready`);
  const noted = {
    ...instance,
    props: { ...instance.props, lastStartTimestampMs: tx.nowMs, lastStopTimestampMs: instance.props.lastStopTimestampMs ?? tx.nowMs, suspended: false },
  };
  // The clock of a run duration begins anew with each start.
  const machine = noted.machine === undefined ? undefined : { ...noted.machine, deadline: deadlineOf(object(noted.props, 'scheduling') ?? {}, tx.nowMs) };
  const ready = { ...noted, machine };
  tx.put(ready);
  return pending(startMachine(tx, ready, instanceHooks), how, instanceHooks.pace.pendingMs, 'started');
}

/** `compute.instances.reset`. */
export function resetInstance(tx: Transaction, id: string): Pending {
  const instance = need(tx, 'instance', id);
  if (instance.machine?.state !== 'running') throw badRequest(`Instance '${id}' is not running.`);
  return pending(restartMachine(tx, instance, instanceHooks), 'reset', pace.change);
}
