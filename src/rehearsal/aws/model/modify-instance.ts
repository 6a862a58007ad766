import { CloudError } from '../../engine/cloud-error.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { Machine } from '../../engine/machine.ts';
import type { SimResource } from '../../engine/resource.ts';
import { type Ec2, get } from './ec2.ts';
import { invalidParameter } from './errors.ts';
import { findType, isBurstable, usualCredits } from './instance-types.ts';
import type { MetadataOptions } from './launch-input.ts';
import { modifyNetworkInterface } from './network-interfaces.ts';
import { row, text, withProps } from './props.ts';
import { decodeUserData } from './user-data.ts';

/** One attribute at a time, as EC2 takes them. */
export type InstanceChange =
  | { readonly instanceType: string }
  | { readonly userData: string | null }
  | { readonly shutdownBehavior: 'stop' | 'terminate' }
  | { readonly disableApiTermination: boolean }
  | { readonly disableApiStop: boolean }
  | { readonly ebsOptimized: boolean }
  | { readonly sourceDestCheck: boolean }
  | { readonly groupIds: readonly string[] };

/** ModifyInstanceAttribute. Type and user data only of a stopped instance. */
export function modifyInstance(ec2: Ec2, id: string, change: InstanceChange): void {
  const instance = get(ec2, 'instance', id);
  const { machine } = instance;
  if ('instanceType' in change) {
    mustBeStopped(instance, 'instanceType');
    const type = findType(ec2.tx.catalogue, change.instanceType);
    if (type?.arch !== machine?.arch || type === null) throw invalidParameter(`Invalid value '${change.instanceType}' for InstanceType.`);
    const credits = isBurstable(type.type) ? usualCredits(type.type) : null;
    put(ec2, instance, { instanceType: type.type, credits }, { vcpu: type.vcpu, memoryGb: type.memoryGb });
  } else if ('userData' in change) {
    mustBeStopped(instance, 'userData');
    put(ec2, instance, { userData: change.userData }, { userData: decodeUserData(change.userData) });
  } else if ('shutdownBehavior' in change) {
    put(ec2, instance, {}, { onShutdown: change.shutdownBehavior });
  } else if ('sourceDestCheck' in change || 'groupIds' in change) {
    modifyNetworkInterface(ec2, text(instance, 'networkInterfaceId'), change);
  } else {
    put(ec2, instance, { ...change }, {});
  }
}

/** ModifyInstanceMetadataOptions. */
export function modifyMetadata(ec2: Ec2, id: string, change: Partial<MetadataOptions>): void {
  const instance = get(ec2, 'instance', id);
  ec2.tx.put(withProps(instance, { metadata: { ...row(instance, 'metadata').props, ...change } }));
}

/** MonitorInstances and UnmonitorInstances. */
export function monitorInstance(ec2: Ec2, id: string, monitoring: boolean): void {
  ec2.tx.put(withProps(get(ec2, 'instance', id), { monitoring }));
}

/** ModifyInstanceCreditSpecification. */
export function modifyCredits(ec2: Ec2, id: string, credits: string): void {
  ec2.tx.put(withProps(get(ec2, 'instance', id), { credits }));
}

/** AssociateIamInstanceProfile and its end. */
export function setInstanceProfile(ec2: Ec2, id: string, iamInstanceProfile: string | null): void {
  ec2.tx.put(withProps(get(ec2, 'instance', id), { iamInstanceProfile }));
}

function mustBeStopped({ id, machine }: SimResource, attribute: string): void {
  if (machine?.state === 'stopped') return;
  throw new CloudError('IncorrectInstanceState', `The instance '${id}' is not in the 'stopped' state. The attribute '${attribute}' can only be changed then.`);
}

function put(ec2: Ec2, instance: SimResource, props: JsonObject, machine: Partial<Machine>): void {
  const changed = withProps(instance, props);
  ec2.tx.put(changed.machine === undefined ? changed : { ...changed, machine: { ...changed.machine, ...machine } });
}
