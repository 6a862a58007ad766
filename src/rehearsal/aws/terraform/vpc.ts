import type { SimResource } from '../../engine/resource.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { accountId, ec2Arn } from '../model/account.ts';
import { type Ec2View, find } from '../model/ec2.ts';
import { flag, text as prop } from '../model/props.ts';
import { createVpc, deleteVpc, modifyVpc, partsOf, type VpcAttribute, vpcAttributes } from '../model/vpcs.ts';
import { askEc2, hasCode, pause } from './ask-ec2.ts';
import { bool, text } from '../../../plugin/attributes.ts';
import { explained, saying, withPartial } from './failures.ts';
import { planTags } from './plan-tags.ts';
import { allTags, tagAttributes, updateTags } from './tagging.ts';
import { retryWhile } from './waiting.ts';

/** The name of an attribute in the configuration, by the API's. */
export const vpcSwitches: Readonly<Record<VpcAttribute, string>> = {
  enableDnsSupport: 'enable_dns_support',
  enableDnsHostnames: 'enable_dns_hostnames',
  enableNetworkAddressUsageMetrics: 'enable_network_address_usage_metrics',
};
/** The provider waits that long for a changed attribute to settle. */
const attributeDelayMs = 10_000;
const deleteTimeoutMs = 5 * 60_000;

export const vpcBehaviour: ResourceBehaviour = {
  type: 'aws_vpc',
  defaults: { enable_dns_support: true, instance_tenancy: 'default' },
  replacedBy: ['instance_tenancy', 'ipv4_ipam_pool_id', 'ipv4_netmask_length'],
  plan: planTags,
  create: async (planned, context) => {
    const vpc = await saying('creating EC2 VPC', () =>
      askEc2(context, 'CreateVpc', { params: { cidrBlock: text(planned, 'cidr_block') } }, (ec2) =>
        createVpc(ec2, { cidrBlock: text(planned, 'cidr_block') ?? '', instanceTenancy: text(planned, 'instance_tenancy') ?? 'default', tags: allTags(context, planned) }),
      ),
    );
    return withPartial(context, (ec2) => vpcState(ec2, context, vpc.id, planned), async () => {
      await switchAttributes(context, vpc.id, { enable_dns_support: true, enable_dns_hostnames: false, enable_network_address_usage_metrics: false }, planned);
      return (await read(vpc.id, planned, context)) ?? planned;
    });
  },
  read: (prior, context) => read(text(prior, 'id') ?? '', prior, context),
  update: async (prior, planned, context) => {
    const id = text(prior, 'id') ?? '';
    return saying(`updating EC2 VPC (${id})`, async () => {
      await switchAttributes(context, id, prior, planned);
      await updateTags(context, id, prior, planned);
      return (await read(id, planned, context)) ?? planned;
    });
  },
  delete: async (prior, context) => {
    const id = text(prior, 'id') ?? '';
    try {
      await retryWhile(context, ['DependencyViolation'], deleteTimeoutMs, 'DeleteVpc', () => askEc2(context, 'DeleteVpc', { target: id }, (ec2) => deleteVpc(ec2, id)));
    } catch (error) {
      if (!hasCode(error, 'InvalidVpcID.NotFound')) throw explained(`deleting EC2 VPC (${id})`, error);
    }
  },
};

/** Changes what differs between two configurations, one attribute a call. */
export async function switchAttributes(context: ProviderContext, id: string, before: Attributes, after: Attributes): Promise<void> {
  for (const attribute of vpcAttributes) {
    const name = vpcSwitches[attribute];
    const wanted = bool(after, name);
    if (wanted === null || wanted === bool(before, name)) continue;
    await saying(`modifying EC2 VPC (${id}) ${attribute}`, async () => {
      await askEc2(context, 'ModifyVpcAttribute', { target: id, params: { [attribute]: wanted } }, (ec2) => void modifyVpc(ec2, id, { [attribute]: wanted }));
      await pause(context, attributeDelayMs, 'DescribeVpcAttribute');
    });
  }
}

function read(id: string, prior: Attributes, context: ProviderContext): Promise<Attributes | null> {
  return saying(`reading EC2 VPC (${id})`, () => askEc2(context, 'DescribeVpcs', { target: id }, (ec2) => vpcState(ec2, context, id, prior)));
}

function vpcState(ec2: Ec2View, context: ProviderContext, id: string, prior: Attributes): Attributes | null {
  const vpc = find(ec2, 'vpc', id);
  return vpc === null ? null : { ...vpcAttributesOf(ec2, vpc), ...tagAttributes(context, vpc, prior), ipv4_ipam_pool_id: prior.ipv4_ipam_pool_id ?? null, ipv4_netmask_length: prior.ipv4_netmask_length ?? null };
}

/** What aws_vpc and aws_default_vpc have in common. */
export function vpcAttributesOf(ec2: Ec2View, vpc: SimResource): Attributes {
  const { mainRouteTable, defaultAcl, defaultGroup } = partsOf(ec2, vpc.id);
  return {
    id: vpc.id,
    arn: ec2Arn(ec2.region, 'vpc', vpc.id),
    owner_id: accountId,
    cidr_block: prop(vpc, 'cidrBlock'),
    instance_tenancy: prop(vpc, 'instanceTenancy'),
    dhcp_options_id: prop(vpc, 'dhcpOptionsId'),
    enable_dns_support: flag(vpc, 'enableDnsSupport'),
    enable_dns_hostnames: flag(vpc, 'enableDnsHostnames'),
    enable_network_address_usage_metrics: flag(vpc, 'enableNetworkAddressUsageMetrics'),
    main_route_table_id: mainRouteTable?.id ?? '',
    default_route_table_id: mainRouteTable?.id ?? '',
    default_network_acl_id: defaultAcl?.id ?? '',
    default_security_group_id: defaultGroup?.id ?? '',
    assign_generated_ipv6_cidr_block: false,
    ipv6_association_id: '',
    ipv6_cidr_block: '',
    ipv6_cidr_block_network_border_group: '',
    ipv6_ipam_pool_id: '',
    ipv6_netmask_length: 0,
  };
}
