import type { SimResource } from '../../engine/resource.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { accountId, ec2Arn } from '../model/account.ts';
import { type Ec2View, find } from '../model/ec2.ts';
import { flag, text as prop } from '../model/props.ts';
import { createSubnet, deleteSubnet, modifySubnet } from '../model/subnets.ts';
import { askEc2, hasCode, pause } from './ask-ec2.ts';
import { bool, text } from '../../../plugin/attributes.ts';
import { explained, saying, withPartial } from './failures.ts';
import { planTags } from './plan-tags.ts';
import { allTags, tagAttributes, updateTags } from './tagging.ts';
import { retryWhile } from './waiting.ts';

const attributeDelayMs = 10_000;
const deleteTimeoutMs = 20 * 60_000;

/** Defaults of aws_subnet; aws_default_subnet has the other choice for public addresses. */
export const subnetDefaults: Attributes = {
  assign_ipv6_address_on_creation: false,
  enable_dns64: false,
  enable_resource_name_dns_a_record_on_launch: false,
  enable_resource_name_dns_aaaa_record_on_launch: false,
  ipv6_native: false,
  map_public_ip_on_launch: false,
};

export const subnetBehaviour: ResourceBehaviour = {
  type: 'aws_subnet',
  defaults: subnetDefaults,
  replacedBy: ['vpc_id', 'availability_zone_id', 'ipv6_native', 'outpost_arn'],
  plan: planTags,
  create: async (planned, context) => {
    const zone = text(planned, 'availability_zone');
    const vpcId = text(planned, 'vpc_id') ?? '';
    const cidrBlock = text(planned, 'cidr_block') ?? '';
    const subnet = await saying('creating EC2 Subnet', () =>
      askEc2(context, 'CreateSubnet', { zone, params: { vpcId, cidrBlock } }, (ec2) =>
        createSubnet(ec2, { vpcId, cidrBlock, availabilityZone: zone, availabilityZoneId: text(planned, 'availability_zone_id'), tags: allTags(context, planned) }),
      ),
    );
    return withPartial(context, (ec2) => subnetState(ec2, context, subnet.id, planned), async () => {
      await switchPublicAddresses(context, subnet.id, false, planned);
      return (await read(subnet.id, planned, context)) ?? planned;
    });
  },
  read: (prior, context) => read(text(prior, 'id') ?? '', prior, context),
  update: async (prior, planned, context) => {
    const id = text(prior, 'id') ?? '';
    return saying(`updating EC2 Subnet (${id})`, async () => {
      await updateTags(context, id, prior, planned);
      await switchPublicAddresses(context, id, bool(prior, 'map_public_ip_on_launch') ?? false, planned);
      return (await read(id, planned, context)) ?? planned;
    });
  },
  delete: async (prior, context) => {
    const id = text(prior, 'id') ?? '';
    try {
      await retryWhile(context, ['DependencyViolation'], deleteTimeoutMs, 'DeleteSubnet', () => askEc2(context, 'DeleteSubnet', { target: id }, (ec2) => deleteSubnet(ec2, id)));
    } catch (error) {
      if (!hasCode(error, 'InvalidSubnetID.NotFound')) throw explained(`deleting EC2 Subnet (${id})`, error);
    }
  },
};

export async function switchPublicAddresses(context: ProviderContext, id: string, before: boolean, planned: Attributes): Promise<void> {
  const wanted = bool(planned, 'map_public_ip_on_launch') ?? before;
  if (wanted === before) return;
  await saying(`setting EC2 Subnet (${id}) MapPublicIpOnLaunch`, async () => {
    await askEc2(context, 'ModifySubnetAttribute', { target: id, params: { mapPublicIpOnLaunch: wanted } }, (ec2) => void modifySubnet(ec2, id, { mapPublicIpOnLaunch: wanted }));
    await pause(context, attributeDelayMs, 'DescribeSubnets');
  });
}

function read(id: string, prior: Attributes, context: ProviderContext): Promise<Attributes | null> {
  return saying(`reading EC2 Subnet (${id})`, () => askEc2(context, 'DescribeSubnets', { target: id }, (ec2) => subnetState(ec2, context, id, prior)));
}

function subnetState(ec2: Ec2View, context: ProviderContext, id: string, prior: Attributes): Attributes | null {
  const subnet = find(ec2, 'subnet', id);
  return subnet === null ? null : { ...subnetAttributesOf(ec2, subnet), ...tagAttributes(context, subnet, prior), timeouts: prior.timeouts ?? null };
}

/** What aws_subnet and aws_default_subnet have in common. */
export function subnetAttributesOf({ region }: Ec2View, subnet: SimResource): Attributes {
  return {
    id: subnet.id,
    arn: ec2Arn(region, 'subnet', subnet.id),
    owner_id: accountId,
    vpc_id: prop(subnet, 'vpcId'),
    cidr_block: prop(subnet, 'cidrBlock'),
    availability_zone: subnet.zone ?? '',
    availability_zone_id: prop(subnet, 'availabilityZoneId'),
    map_public_ip_on_launch: flag(subnet, 'mapPublicIpOnLaunch'),
    assign_ipv6_address_on_creation: false,
    customer_owned_ipv4_pool: '',
    enable_dns64: false,
    enable_lni_at_device_index: 0,
    enable_resource_name_dns_a_record_on_launch: false,
    enable_resource_name_dns_aaaa_record_on_launch: false,
    ipv6_cidr_block: '',
    ipv6_cidr_block_association_id: '',
    ipv6_native: false,
    map_customer_owned_ip_on_launch: false,
    outpost_arn: '',
    private_dns_hostname_type_on_launch: 'ip-name',
  };
}
