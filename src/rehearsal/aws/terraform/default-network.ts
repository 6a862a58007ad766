import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { all, type Ec2View, find, get } from '../model/ec2.ts';
import { flag, text as prop } from '../model/props.ts';
import { rulesOf, revokeById } from '../model/security-group-rules.ts';
import { createTags } from '../model/tags.ts';
import { askEc2 } from './ask-ec2.ts';
import { bool, text } from '../../../plugin/attributes.ts';
import { blocks, isKnown } from './attributes.ts';
import { saying } from './failures.ts';
import { setRules } from './inline-rules.ts';
import { planTags } from './plan-tags.ts';
import { directions, groupAttributesOf, planRules } from './security-group.ts';
import { subnetAttributesOf, subnetDefaults, switchPublicAddresses } from './subnet.ts';
import { allTags, tagAttributes, updateTags } from './tagging.ts';
import { switchAttributes, vpcAttributesOf } from './vpc.ts';

/** Takes over what EC2 made; its destruction leaves it where it is. */
interface Adoption extends Pick<ResourceBehaviour, 'type' | 'defaults' | 'replacedBy'> {
  readonly label: string;
  readonly operation: 'DescribeVpcs' | 'DescribeSubnets' | 'DescribeSecurityGroups';
  readonly idIn: (ec2: Ec2View, planned: Attributes) => SimResource | null;
  readonly kind: 'vpc' | 'subnet' | 'security-group';
  readonly settle: (context: ProviderContext, resource: SimResource, prior: Attributes | null, planned: Attributes) => Promise<void>;
  readonly state: (ec2: Ec2View, resource: SimResource, prior: Attributes) => Attributes;
}

function adoption({ type, defaults = {}, replacedBy = [], label, operation, idIn, kind, settle, state }: Adoption): ResourceBehaviour {
  const read = (id: string, prior: Attributes, context: ProviderContext) =>
    saying(`reading ${label} (${id})`, () =>
      askEc2(context, operation, { target: id }, (ec2): Attributes | null => {
        const resource = find(ec2, kind, id);
        return resource === null ? null : { ...state(ec2, resource, prior), ...tagAttributes(context, resource, prior) };
      }),
    );
  const change = async (context: ProviderContext, resource: SimResource, prior: Attributes | null, planned: Attributes): Promise<Attributes> => {
    if (prior === null) await tagOnce(context, resource, planned);
    else await updateTags(context, resource.id, prior, planned);
    await settle(context, resource, prior, planned);
    return (await read(resource.id, planned, context)) ?? planned;
  };
  return {
    type,
    defaults,
    replacedBy,
    plan: (planning, context) => planRules(planning, planTags(planning, context)),
    create: async (planned, context) => {
      const found = await saying(`creating ${label}`, () =>
        askEc2(context, operation, {}, (ec2) => {
          const resource = idIn(ec2, planned);
          if (resource === null) throw new CloudError('InvalidParameterValue', `there is no default one in this region`);
          return resource;
        }),
      );
      return change(context, found, null, planned);
    },
    read: (prior, context) => read(text(prior, 'id') ?? '', prior, context),
    update: async (prior, planned, context) => {
      const id = text(prior, 'id') ?? '';
      const found = await saying(`updating ${label} (${id})`, () => askEc2(context, operation, { target: id }, (ec2) => get(ec2, kind, id)));
      return change(context, found, prior, planned);
    },
    delete: () => Promise.resolve(),
  };
}

async function tagOnce(context: ProviderContext, { id }: SimResource, planned: Attributes): Promise<void> {
  const tags = allTags(context, planned);
  if (Object.keys(tags).length > 0) await saying(`setting tags (${id})`, () => askEc2(context, 'CreateTags', { target: id }, (ec2) => createTags(ec2, [id], tags)));
}

export const defaultVpcBehaviour = adoption({
  type: 'aws_default_vpc',
  label: 'EC2 Default VPC',
  operation: 'DescribeVpcs',
  kind: 'vpc',
  defaults: { enable_dns_hostnames: true, enable_dns_support: true, force_destroy: false },
  idIn: (ec2) => all(ec2, 'vpc').find((vpc) => flag(vpc, 'isDefault')) ?? null,
  settle: (context, vpc, prior, planned) =>
    switchAttributes(context, vpc.id, prior ?? { enable_dns_hostnames: flag(vpc, 'enableDnsHostnames'), enable_dns_support: flag(vpc, 'enableDnsSupport'), enable_network_address_usage_metrics: false }, planned),
  state: (ec2, vpc, prior) => ({ ...vpcAttributesOf(ec2, vpc), existing_default_vpc: true, force_destroy: bool(prior, 'force_destroy') ?? false }),
});

export const defaultSubnetBehaviour = adoption({
  type: 'aws_default_subnet',
  label: 'EC2 Default Subnet',
  operation: 'DescribeSubnets',
  kind: 'subnet',
  defaults: { ...subnetDefaults, map_public_ip_on_launch: true, force_destroy: false },
  replacedBy: ['availability_zone'],
  idIn: (ec2, planned) => all(ec2, 'subnet').find((subnet) => flag(subnet, 'defaultForAz') && subnet.zone === text(planned, 'availability_zone')) ?? null,
  settle: (context, subnet, _prior, planned) => switchPublicAddresses(context, subnet.id, flag(subnet, 'mapPublicIpOnLaunch'), planned),
  state: (ec2, subnet, prior) => ({ ...subnetAttributesOf(ec2, subnet), existing_default_subnet: true, force_destroy: bool(prior, 'force_destroy') ?? false, timeouts: prior.timeouts ?? null }),
});

/** Its rules are those of the configuration: what EC2 made goes. */
export const defaultSecurityGroupBehaviour = adoption({
  type: 'aws_default_security_group',
  label: 'Security Group',
  operation: 'DescribeSecurityGroups',
  kind: 'security-group',
  defaults: { revoke_rules_on_delete: false },
  replacedBy: ['vpc_id'],
  idIn: (ec2, planned) => {
    const vpcId = text(planned, 'vpc_id') ?? all(ec2, 'vpc').find((vpc) => flag(vpc, 'isDefault'))?.id;
    return all(ec2, 'security-group').find((group) => group.name === 'default' && prop(group, 'vpcId') === vpcId) ?? null;
  },
  settle: async (context, group, prior, planned) => {
    if (prior === null) {
      await askEc2(context, 'RevokeSecurityGroupEgress', { target: group.id }, (ec2) => revokeById(ec2, rulesOf(ec2, group.id).map(({ id }) => id)));
    }
    for (const direction of directions) {
      if (isKnown(planned[direction])) await setRules(context, group.id, direction, blocks(prior ?? {}, direction), blocks(planned, direction));
    }
  },
  state: (ec2, group, prior) => groupAttributesOf(ec2, group, prior),
});
