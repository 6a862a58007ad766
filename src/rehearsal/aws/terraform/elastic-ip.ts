import type { Attributes } from '../../../plugin/behaviour.ts';
import { ec2Arn } from '../model/account.ts';
import { addressOfAssociation, allocateAddress, associateAddress, disassociateAddress, releaseAddress } from '../model/addresses.ts';
import { type Ec2View, find } from '../model/ec2.ts';
import { publicHostNameOf } from '../model/host-names.ts';
import { text as prop, textOrNull } from '../model/props.ts';
import { askEc2 } from './ask-ec2.ts';
import { bool, text } from '../../../plugin/attributes.ts';
import { sdkResource } from './sdk-resource.ts';
import { allTags, tagAttributes } from './tagging.ts';

export const elasticIpBehaviour = sdkResource({
  type: 'aws_eip',
  label: 'EC2 EIP',
  tagged: true,
  defaults: { domain: 'vpc' },
  replacedBy: ['address', 'domain', 'public_ipv4_pool', 'network_border_group', 'customer_owned_ipv4_pool', 'ipam_pool_id'],
  createOperation: 'AllocateAddress',
  create: (ec2, planned, context) => allocateAddress(ec2, allTags(context, planned)).id,
  settle: async (context, id, prior, planned) => {
    const [instanceId, networkInterfaceId] = [text(planned, 'instance'), text(planned, 'network_interface')];
    const same = prior !== null && text(prior, 'instance') === instanceId && text(prior, 'network_interface') === networkInterfaceId;
    const old = prior === null ? null : text(prior, 'association_id');
    if (same || (instanceId === null && networkInterfaceId === null && old === null)) return;
    if (old !== null) await askEc2(context, 'DisassociateAddress', { target: id }, (ec2) => disassociateAddress(ec2, old));
    if (instanceId !== null || networkInterfaceId !== null) {
      await askEc2(context, 'AssociateAddress', { target: id }, (ec2) => void associateAddress(ec2, id, { instanceId, networkInterfaceId, allowReassociation: true }));
    }
  },
  readOperation: 'DescribeAddresses',
  state: (ec2, id, prior, context) => {
    const address = find(ec2, 'elastic-ip', id);
    if (address === null) return null;
    const publicIp = prop(address, 'publicIp');
    const privateIp = prop(address, 'privateIp');
    return {
      address: prior.address ?? null,
      allocation_id: id,
      arn: ec2Arn(ec2.region, 'elastic-ip', id),
      associate_with_private_ip: prior.associate_with_private_ip ?? null,
      association_id: prop(address, 'associationId'),
      carrier_ip: '',
      customer_owned_ip: '',
      customer_owned_ipv4_pool: '',
      domain: 'vpc',
      id,
      instance: prop(address, 'instanceId'),
      ipam_pool_id: null,
      network_border_group: ec2.region,
      network_interface: prop(address, 'networkInterfaceId'),
      private_dns: privateIp === '' ? null : `ip-${privateIp.replaceAll('.', '-')}.${ec2.region}.compute.internal`,
      private_ip: privateIp,
      ptr_record: '',
      public_dns: publicHostNameOf(ec2.region, publicIp),
      public_ip: publicIp,
      public_ipv4_pool: 'amazon',
      vpc: true,
      ...tagAttributes(context, address, prior),
      timeouts: prior.timeouts ?? null,
    };
  },
  deleteOperation: 'ReleaseAddress',
  delete: (ec2, id) => {
    const association = textOrNull(find(ec2, 'elastic-ip', id) ?? { props: {} }, 'associationId');
    if (association !== null) disassociateAddress(ec2, association);
    releaseAddress(ec2, id);
  },
  goneCodes: ['InvalidAllocationID.NotFound'],
});

export const elasticIpAssociationBehaviour = sdkResource({
  type: 'aws_eip_association',
  label: 'EC2 EIP Association',
  tagged: false,
  createOperation: 'AssociateAddress',
  create: (ec2, planned) =>
    associateAddress(ec2, text(planned, 'allocation_id') ?? '', {
      instanceId: text(planned, 'instance_id'),
      networkInterfaceId: text(planned, 'network_interface_id'),
      allowReassociation: bool(planned, 'allow_reassociation') ?? true,
    }),
  readOperation: 'DescribeAddresses',
  state: (ec2, id, prior) => associationState(ec2, id, prior),
  deleteOperation: 'DisassociateAddress',
  delete: (ec2, id) => disassociateAddress(ec2, id),
  goneCodes: ['InvalidAssociationID.NotFound'],
});

function associationState(ec2: Ec2View, id: string, prior: Attributes): Attributes | null {
  const address = addressOfAssociation(ec2, id);
  if (address === null) return null;
  return {
    allocation_id: address.id,
    allow_reassociation: prior.allow_reassociation ?? null,
    id,
    instance_id: prop(address, 'instanceId'),
    network_interface_id: prop(address, 'networkInterfaceId'),
    private_ip_address: prop(address, 'privateIp'),
    public_ip: prop(address, 'publicIp'),
  };
}
