import { CloudError } from '../../engine/cloud-error.ts';
import { type MachineHooks, restartMachine, startMachine, stateReasons, stopMachine, terminateMachine } from '../../engine/lifecycle.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction } from '../../engine/world.ts';
import { all, type Ec2, get, remove } from './ec2.ts';
import { deleteNetworkInterface, interfacesOf, newPublicIp } from './network-interfaces.ts';
import { flag, text, textOrNull, withProps } from './props.ts';
import { closeSpotRequest } from './spot-requests.ts';
import { deleteVolume, volumesOf } from './volumes.ts';
import { disassociateAddress } from './addresses.ts';

/** Terminated instances are shown for about an hour (EC2 user guide, "Terminate your instance"). */
const shownMs = 3_600_000;
export const forgotten = 'forgotten';

/** As measured by users of small Linux instances; EC2 promises nothing. A spot notice comes two minutes before. */
const pace = { pendingMs: 8_000, bootMs: 20_000, cloudInitMs: 15_000, stoppingMs: 25_000, terminatingMs: 30_000, noticeMs: 120_000 };

/** What EC2 does when one of its machines changes by itself. */
export const machineHooks: MachineHooks = {
  pace,
  onRunning: (tx, instance) => {
    const { machine } = instance;
    if (machine?.publicIp !== null || machine.withheldIp != null || !flag(instance, 'ephemeralAddress')) return;
    tx.put({ ...instance, machine: { ...machine, publicIp: newPublicIp(ec2Of(tx, instance)) } });
  },
  onStopped: (tx, instance) => {
    const { machine } = instance;
    const elastic = all(ec2Of(tx, instance), 'elastic-ip').some((each) => textOrNull(each, 'instanceId') === instance.id);
    if (machine !== undefined && !elastic) tx.put({ ...instance, machine: { ...machine, publicIp: null, withheldIp: undefined } });
  },
  onTerminated: (tx, instance) => {
    release(ec2Of(tx, instance), instance);
    tx.schedule({ cloud: 'aws', id: instance.id, what: forgotten, atMs: tx.nowMs + tx.paced(shownMs) });
  },
};

function ec2Of(tx: Transaction, { region }: SimResource): Ec2 {
  return { tx, region: region ?? '' };
}

/** A terminated instance keeps its id, its tags and why it ended. */
function release(ec2: Ec2, instance: SimResource): void {
  const { machine } = instance;
  for (const address of all(ec2, 'elastic-ip')) {
    if (textOrNull(address, 'instanceId') === instance.id) disassociateAddress(ec2, text(address, 'associationId'));
  }
  for (const { volume, attachment } of volumesOf(ec2, instance.id)) {
    ec2.tx.put(withProps(volume, { attachments: [] }));
    if (attachment.deleteOnTermination) deleteVolume(ec2, volume.id);
  }
  for (const each of interfacesOf(ec2, instance)) {
    ec2.tx.put(withProps(each, { instanceId: null, attachmentId: null }));
    if (flag(each, 'deleteOnTermination')) deleteNetworkInterface(ec2, each.id);
  }
  closeSpotRequest(ec2, instance.id, machine?.stateReason === stateReasons.preempted ? 'instance-terminated-no-capacity' : 'instance-terminated-by-user');
  const bare = withProps(instance, { vpcId: '', subnetId: '', privateIp: '', networkInterfaceId: '', ephemeralAddress: false });
  ec2.tx.put(machine === undefined ? bare : { ...bare, machine: { ...machine, publicIp: null, withheldIp: undefined } });
}

/** An hour is over. */
export function forgetInstance(ec2: Ec2, id: string): void {
  const instance = ec2.tx.get('aws', id);
  if (instance?.machine?.state === 'terminated') remove(ec2, instance);
}

/** TerminateInstances: all or none. Returns them as they are now. */
export function terminateInstances(ec2: Ec2, ids: readonly string[]): readonly SimResource[] {
  const instances = ids.map((id) => get(ec2, 'instance', id));
  for (const instance of instances) {
    if (flag(instance, 'disableApiTermination') && instance.machine?.state !== 'terminated') {
      throw new CloudError('OperationNotPermitted', `The instance '${instance.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`);
    }
  }
  return instances.map((instance) => terminateMachine(ec2.tx, instance, machineHooks, 'user'));
}

export function stopInstances(ec2: Ec2, ids: readonly string[]): readonly SimResource[] {
  return ids.map((id) => {
    const instance = get(ec2, 'instance', id);
    if (instance.machine?.spot === true && text(instance, 'spotType') !== 'persistent') {
      throw new CloudError('UnsupportedOperation', `You can't stop the Spot Instance '${id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`);
    }
    if (flag(instance, 'disableApiStop')) throw new CloudError('OperationNotPermitted', `The instance '${id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`);
    if (['terminating', 'terminated'].includes(instance.machine?.state ?? '')) throw wrongState(id, 'stopped');
    return stopMachine(ec2.tx, instance, machineHooks, 'user');
  });
}

export function startInstances(ec2: Ec2, ids: readonly string[]): readonly SimResource[] {
  return ids.map((id) => {
    const instance = get(ec2, 'instance', id);
    if (['terminating', 'terminated', 'stopping'].includes(instance.machine?.state ?? '')) throw wrongState(id, 'started');
    return startMachine(ec2.tx, instance, machineHooks);
  });
}

export function rebootInstances(ec2: Ec2, ids: readonly string[]): void {
  for (const instance of ids.map((id) => get(ec2, 'instance', id))) restartMachine(ec2.tx, instance, machineHooks);
}

function wrongState(id: string, what: string): CloudError {
  return new CloudError('IncorrectInstanceState', `The instance '${id}' is not in a state from which it can be ${what}.`);
}

/** EC2's words and codes for the states. */
export const ec2States = {
  pending: { name: 'pending', code: 0 },
  running: { name: 'running', code: 16 },
  terminating: { name: 'shutting-down', code: 32 },
  terminated: { name: 'terminated', code: 48 },
  stopping: { name: 'stopping', code: 64 },
  stopped: { name: 'stopped', code: 80 },
  unknown: { name: 'pending', code: 0 },
} as const;

export function ec2State({ machine }: SimResource): { readonly name: string; readonly code: number } {
  return ec2States[machine?.state ?? 'unknown'];
}

/** Why an instance left `running`, in EC2's words; null while it runs. */
export function stateReason({ machine }: SimResource): { readonly code: string; readonly message: string } | null {
  switch (machine?.stateReason) {
    case undefined:
    case null:
      return null;
    case stateReasons.guestShutdown:
      return { code: 'Client.InstanceInitiatedShutdown', message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown' };
    case stateReasons.preempted:
      return { code: 'Server.SpotInstanceTermination', message: 'Server.SpotInstanceTermination: Spot instance termination' };
    default:
      return { code: 'Client.UserInitiatedShutdown', message: 'Client.UserInitiatedShutdown: User initiated shutdown' };
  }
}
