import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { publicAddressesIn } from './network-interfaces.ts';
import { add, all, type Ec2, get, remove, type Tags } from './ec2.ts';
import { dependencyViolation, invalidParameter, limitExceeded } from './errors.ts';
import { textOrNull, withProps } from './props.ts';
import { quotaOf } from './quotas.ts';
import { checkedTags } from './tags.ts';

export function createInternetGateway(ec2: Ec2, tags: Tags = {}): SimResource {
  if (all(ec2, 'internet-gateway').length >= quotaOf(ec2.tx, ec2.region, 'internetGateways')) {
    throw limitExceeded('InternetGatewayLimitExceeded', 'The maximum number of internet gateways has been reached.');
  }
  return add(ec2, 'internet-gateway', { tags: checkedTags(tags), props: { vpcId: null } });
}

/** AttachInternetGateway: one gateway a VPC, one VPC a gateway. */
export function attachInternetGateway(ec2: Ec2, id: string, vpcId: string): SimResource {
  const gateway = get(ec2, 'internet-gateway', id);
  get(ec2, 'vpc', vpcId);
  const attached = textOrNull(gateway, 'vpcId');
  if (attached !== null) throw new CloudError('Resource.AlreadyAssociated', `resource ${id} is already attached to network ${attached}`);
  if (all(ec2, 'internet-gateway').some((each) => textOrNull(each, 'vpcId') === vpcId)) {
    throw invalidParameter(`Network ${vpcId} already has an internet gateway attached`);
  }
  const changed = withProps(gateway, { vpcId });
  ec2.tx.put(changed);
  return changed;
}

/** DetachInternetGateway: not while an address of the VPC is reached through it. */
export function detachInternetGateway(ec2: Ec2, id: string, vpcId: string): void {
  const gateway = get(ec2, 'internet-gateway', id);
  if (textOrNull(gateway, 'vpcId') !== vpcId) throw new CloudError('Gateway.NotAttached', `resource ${id} is not attached to network ${vpcId}`);
  if (publicAddressesIn(ec2, vpcId)) {
    throw dependencyViolation(`Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`);
  }
  ec2.tx.put(withProps(gateway, { vpcId: null }));
}

export function deleteInternetGateway(ec2: Ec2, id: string): void {
  const gateway = get(ec2, 'internet-gateway', id);
  if (textOrNull(gateway, 'vpcId') !== null) throw dependencyViolation(`The internetGateway '${id}' has dependencies and cannot be deleted.`);
  remove(ec2, gateway);
}
