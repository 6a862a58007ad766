import type { SimResource } from '../../engine/resource.ts';
import type { Attributes, Planning, Value } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { accountId, ec2Arn } from '../model/account.ts';
import { type Ec2View, find } from '../model/ec2.ts';
import { text as prop } from '../model/props.ts';
import { allTraffic, revoke, revokeById, rulesOf } from '../model/security-group-rules.ts';
import { createSecurityGroup, deleteSecurityGroup } from '../model/security-groups.ts';
import { askEc2, hasCode } from './ask-ec2.ts';
import { bool, text } from '../../../plugin/attributes.ts';
import { blocks, isKnown } from './attributes.ts';
import { explained, saying, withPartial } from './failures.ts';
import { isSameRuleSet, ruleObjects, setRules } from './inline-rules.ts';
import { planTags } from './plan-tags.ts';
import { allTags, tagAttributes, updateTags } from './tagging.ts';
import { uniqueName } from './unique-name.ts';
import { retryWhile } from './waiting.ts';

const deleteTimeoutMs = 15 * 60_000;
export const directions = ['ingress', 'egress'] as const;

export const securityGroupBehaviour: ResourceBehaviour = {
  type: 'aws_security_group',
  defaults: { description: 'Managed by Terraform', revoke_rules_on_delete: false },
  replacedBy: ['name_prefix', 'vpc_id'],
  plan: (planning, context) => planRules(planning, planTags(planning, context)),
  create: async (planned, context) => {
    const name = text(planned, 'name') ?? uniqueName(text(planned, 'name_prefix') ?? undefined);
    const vpcId = text(planned, 'vpc_id');
    const group = await saying(`creating Security Group (${name})`, () =>
      askEc2(context, 'CreateSecurityGroup', { params: { name, vpcId } }, (ec2) =>
        createSecurityGroup(ec2, { name, description: text(planned, 'description') ?? '', vpcId, tags: allTags(context, planned) }),
      ),
    );
    return withPartial(context, (ec2) => state(ec2, context, group.id, planned), async () => {
      // What EC2 lets out by itself is to be said in the configuration.
      await saying(`revoking default IPv4 egress rule for Security Group (${group.id})`, () =>
        askEc2(context, 'RevokeSecurityGroupEgress', { target: group.id }, (ec2) => revoke(ec2, [{ groupId: group.id, egress: true, ...allTraffic, cidrIpv4: '0.0.0.0/0' }])),
      );
      for (const direction of directions) await setRules(context, group.id, direction, [], blocks(planned, direction));
      return (await read(group.id, planned, context)) ?? planned;
    });
  },
  read: (prior, context) => read(text(prior, 'id') ?? '', prior, context),
  update: async (prior, planned, context) => {
    const id = text(prior, 'id') ?? '';
    for (const direction of directions) {
      if (isKnown(planned[direction])) await setRules(context, id, direction, blocks(prior, direction), blocks(planned, direction));
    }
    await saying(`updating Security Group (${id})`, () => updateTags(context, id, prior, planned));
    return (await read(id, planned, context)) ?? planned;
  },
  delete: async (prior, context) => {
    const id = text(prior, 'id') ?? '';
    try {
      if (bool(prior, 'revoke_rules_on_delete') === true) {
        await askEc2(context, 'RevokeSecurityGroupIngress', { target: id }, (ec2) => revokeById(ec2, rulesOf(ec2, id).map((rule) => rule.id)));
      }
      await retryWhile(context, ['DependencyViolation', 'InvalidGroup.InUse'], deleteTimeoutMs, 'DeleteSecurityGroup', () =>
        askEc2(context, 'DeleteSecurityGroup', { target: id }, (ec2) => deleteSecurityGroup(ec2, id)),
      );
    } catch (error) {
      if (!hasCode(error, 'InvalidGroup.NotFound')) throw explained(`deleting Security Group (${id})`, error);
    }
  },
};

/** Rules in the configuration leave members out that the state has filled in: the same set is no change. */
export function planRules({ prior, config }: Planning, planned: Attributes): Attributes {
  const kept = directions.filter((direction) => Object.hasOwn(config, direction) && prior !== null && isKnown(config[direction]) && isSameRuleSet(blocks(config, direction), blocks(prior, direction)) && config[direction] !== null);
  return { ...planned, ...Object.fromEntries(kept.map((direction): [string, Value] => [direction, prior?.[direction] ?? null])) };
}

function read(id: string, prior: Attributes, context: ProviderContext): Promise<Attributes | null> {
  return saying(`reading Security Group (${id})`, () => askEc2(context, 'DescribeSecurityGroups', { target: id }, (ec2) => state(ec2, context, id, prior)));
}

function state(ec2: Ec2View, context: ProviderContext, id: string, prior: Attributes): Attributes | null {
  const group = find(ec2, 'security-group', id);
  return group === null ? null : { ...groupAttributesOf(ec2, group, prior), ...tagAttributes(context, group, prior), timeouts: prior.timeouts ?? null };
}

/** What aws_security_group and aws_default_security_group have in common. */
export function groupAttributesOf(ec2: Ec2View, group: SimResource, prior: Attributes): Attributes {
  const name = group.name ?? '';
  return {
    id: group.id,
    arn: ec2Arn(ec2.region, 'security-group', group.id),
    owner_id: accountId,
    name,
    name_prefix: prefixOf(name),
    description: prop(group, 'description'),
    vpc_id: prop(group, 'vpcId'),
    revoke_rules_on_delete: bool(prior, 'revoke_rules_on_delete') ?? false,
    ingress: ruleObjects(rulesOf(ec2, group.id, false), group.id, blocks(prior, 'ingress')),
    egress: ruleObjects(rulesOf(ec2, group.id, true), group.id, blocks(prior, 'egress')),
  };
}

/** The SDK recognises its own unique names. */
export function prefixOf(name: string): string {
  return /^(.*)\d{18}[0-9a-f]{8}$/.exec(name)?.[1] ?? '';
}

