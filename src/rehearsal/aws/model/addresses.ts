import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { add, all, type Ec2, type Ec2View, find, get, remove, type Tags } from './ec2.ts';
import { limitExceeded } from './errors.ts';
import { newPublicIp } from './network-interfaces.ts';
import { flag, text, textOrNull, withProps } from './props.ts';
import { quotaOf } from './quotas.ts';
import { checkedTags } from './tags.ts';

/** AllocateAddress. */
export function allocateAddress(ec2: Ec2, tags: Tags = {}): SimResource {
  if (all(ec2, 'elastic-ip').length >= quotaOf(ec2.tx, ec2.region, 'elasticIps')) {
    throw limitExceeded('AddressLimitExceeded', 'The maximum number of addresses has been reached.');
  }
  const unused = { instanceId: null, networkInterfaceId: null, privateIp: null, associationId: null };
  return add(ec2, 'elastic-ip', { tags: checkedTags(tags), props: { publicIp: newPublicIp(ec2), ...unused } });
}

export interface AddressTarget {
  readonly instanceId?: string | null;
  readonly networkInterfaceId?: string | null;
  readonly allowReassociation?: boolean;
}

/** AssociateAddress: it takes the place of the ephemeral address. Returns the association's id. */
export function associateAddress(ec2: Ec2, allocationId: string, { instanceId = null, networkInterfaceId = null, allowReassociation = false }: AddressTarget): string {
  const address = get(ec2, 'elastic-ip', allocationId);
  const networkInterface = get(ec2, 'network-interface', networkInterfaceId ?? text(get(ec2, 'instance', instanceId ?? ''), 'networkInterfaceId'));
  const vpcId = text(networkInterface, 'vpcId');
  if (!all(ec2, 'internet-gateway').some((gateway) => textOrNull(gateway, 'vpcId') === vpcId)) {
    throw new CloudError('Gateway.NotAttached', `Network ${vpcId} is not attached to any internet gateway`);
  }
  const old = textOrNull(address, 'associationId');
  if (old !== null && textOrNull(address, 'networkInterfaceId') !== networkInterface.id) {
    if (!allowReassociation) throw new CloudError('Resource.AlreadyAssociated', `resource ${allocationId} is already associated with associate-id ${old}`);
    disassociateAddress(ec2, old);
  }
  const associationId = `eipassoc-${ec2.tx.newId(17)}`;
  const owner = textOrNull(networkInterface, 'instanceId');
  ec2.tx.put(
    withProps(get(ec2, 'elastic-ip', allocationId), {
      instanceId: owner,
      networkInterfaceId: networkInterface.id,
      privateIp: text(networkInterface, 'privateIp'),
      associationId,
    }),
  );
  showAddress(ec2, owner, text(address, 'publicIp'));
  return associationId;
}

export function addressOfAssociation(ec2: Ec2View, associationId: string): SimResource | null {
  return all(ec2, 'elastic-ip').find((each) => textOrNull(each, 'associationId') === associationId) ?? null;
}

/** DisassociateAddress: an instance that had an ephemeral address before gets another. */
export function disassociateAddress(ec2: Ec2, associationId: string): void {
  const address = addressOfAssociation(ec2, associationId);
  if (address === null) throw new CloudError('InvalidAssociationID.NotFound', `The association ID '${associationId}' does not exist`);
  const owner = textOrNull(address, 'instanceId');
  ec2.tx.put(withProps(address, { instanceId: null, networkInterfaceId: null, privateIp: null, associationId: null }));
  const instance = owner === null ? null : find(ec2, 'instance', owner);
  if (instance !== null) showAddress(ec2, owner, flag(instance, 'ephemeralAddress') && instance.machine?.state === 'running' ? newPublicIp(ec2) : null);
}

function showAddress(ec2: Ec2, instanceId: string | null, publicIp: string | null): void {
  const instance = instanceId === null ? null : find(ec2, 'instance', instanceId);
  if (instance?.machine !== undefined) ec2.tx.put({ ...instance, machine: { ...instance.machine, publicIp } });
}

/** ReleaseAddress: when nothing uses it. */
export function releaseAddress(ec2: Ec2, allocationId: string): void {
  const address = get(ec2, 'elastic-ip', allocationId);
  if (textOrNull(address, 'associationId') !== null) {
    throw new CloudError('InvalidIPAddress.InUse', `Address ${text(address, 'publicIp')} is in use.`);
  }
  remove(ec2, address);
}
