import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import type { SimResource } from '../../engine/resource.ts';
import { ec2Arn } from '../model/account.ts';
import { find } from '../model/ec2.ts';
import { authorize, modifyRule, revokeById, type Rule, ruleOf } from '../model/security-group-rules.ts';
import { askEc2, hasCode, regionOf } from './ask-ec2.ts';
import { number, text } from '../../../plugin/attributes.ts';
import { explainedInDetail, saying } from './failures.ts';
import { allTags, plannedTagsAll, tagAttributes, updateTags } from './tagging.ts';

/** aws_vpc_security_group_ingress_rule and -egress_rule: plugin-framework resources, exact about null. */
function ruleBehaviour(type: string, egress: boolean): ResourceBehaviour {
  const label = egress ? 'VPC Security Group Egress Rule' : 'VPC Security Group Ingress Rule';
  const read = (id: string, prior: Attributes, context: ProviderContext): Promise<Attributes | null> =>
    saying(
      `reading ${label} (${id})`,
      () =>
        askEc2(context, 'DescribeSecurityGroupRules', { target: id }, (ec2) => {
          const rule = find(ec2, 'security-group-rule', id);
          return rule === null ? null : state(context, rule, prior);
        }),
      explainedInDetail,
    );
  return {
    type,
    replacedBy: ['security_group_id'],
    plan: ({ planned }, context) => ({ ...planned, tags_all: plannedTagsAll(context, planned) }),
    create: async (planned, context) => {
      const rule = ruleIn(planned, egress);
      const operation = egress ? 'AuthorizeSecurityGroupEgress' : 'AuthorizeSecurityGroupIngress';
      return saying(
        `creating ${label}`,
        () =>
          askEc2(context, operation, { target: rule.groupId }, (ec2) => {
            const [created] = authorize(ec2, [rule], allTags(context, planned));
            return created === undefined ? planned : state(context, created, planned);
          }),
        explainedInDetail,
      );
    },
    read: (prior, context) => read(text(prior, 'id') ?? '', prior, context),
    update: async (prior, planned, context) => {
      const id = text(prior, 'id') ?? '';
      return saying(
        `updating ${label} (${id})`,
        async () => {
          await askEc2(context, 'ModifySecurityGroupRules', { target: id }, (ec2) => void modifyRule(ec2, id, ruleIn(planned, egress)));
          await updateTags(context, id, prior, planned);
          return (await read(id, planned, context)) ?? planned;
        },
        explainedInDetail,
      );
    },
    delete: async (prior, context) => {
      const id = text(prior, 'id') ?? '';
      try {
        await askEc2(context, egress ? 'RevokeSecurityGroupEgress' : 'RevokeSecurityGroupIngress', { target: id }, (ec2) => revokeById(ec2, [id]));
      } catch (error) {
        if (!hasCode(error, 'InvalidSecurityGroupRuleId.NotFound', 'InvalidGroup.NotFound')) throw explainedInDetail(`deleting ${label} (${id})`, error);
      }
    },
  };
}

export const ingressRuleBehaviour = ruleBehaviour('aws_vpc_security_group_ingress_rule', false);
export const egressRuleBehaviour = ruleBehaviour('aws_vpc_security_group_egress_rule', true);

function ruleIn(attributes: Attributes, egress: boolean): Rule {
  return {
    groupId: text(attributes, 'security_group_id') ?? '',
    egress,
    protocol: text(attributes, 'ip_protocol') ?? '-1',
    fromPort: number(attributes, 'from_port') ?? -1,
    toPort: number(attributes, 'to_port') ?? -1,
    cidrIpv4: text(attributes, 'cidr_ipv4'),
    cidrIpv6: text(attributes, 'cidr_ipv6'),
    prefixListId: text(attributes, 'prefix_list_id'),
    referencedGroupId: text(attributes, 'referenced_security_group_id'),
    description: text(attributes, 'description'),
  };
}

function state(context: ProviderContext, resource: SimResource, prior: Attributes): Attributes {
  const rule = ruleOf(resource);
  const wanted = text(prior, 'ip_protocol');
  // -1 and no port are the same for all traffic: the provider leaves the configuration's own way.
  const port = (name: string, value: number) => (rule.protocol === '-1' ? (number(prior, name) ?? null) : value);
  return {
    id: resource.id,
    security_group_rule_id: resource.id,
    arn: ec2Arn(regionOf(context), 'security-group-rule', resource.id),
    security_group_id: rule.groupId,
    ip_protocol: wanted !== null && isSameProtocol(wanted, rule.protocol) ? wanted : rule.protocol,
    from_port: port('from_port', rule.fromPort),
    to_port: port('to_port', rule.toPort),
    cidr_ipv4: rule.cidrIpv4,
    cidr_ipv6: rule.cidrIpv6,
    prefix_list_id: rule.prefixListId,
    referenced_security_group_id: rule.referencedGroupId,
    description: rule.description,
    ...tagAttributes(context, resource, prior),
  };
}

function isSameProtocol(a: string, b: string): boolean {
  const names: Readonly<Record<string, string>> = { all: '-1', '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' };
  return (names[a.toLowerCase()] ?? a.toLowerCase()) === b;
}
