import type { SimResource } from '../../engine/resource.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import { authorize, revoke, type Rule, ruleOf } from '../model/security-group-rules.ts';
import { askEc2, hasCode } from './ask-ec2.ts';
import { bool, number, text, texts } from '../../../plugin/attributes.ts';
import { explained } from './failures.ts';

type Direction = 'ingress' | 'egress';

/** The rules that an object of `ingress` or `egress` stands for, one a peer. */
export function rulesIn(object: Attributes, groupId: string, egress: boolean): readonly Rule[] {
  const protocol = text(object, 'protocol') ?? '-1';
  const all = protocol === '-1' || protocol === 'all';
  const base = {
    groupId,
    egress,
    protocol: all ? '-1' : protocol,
    fromPort: all ? -1 : (number(object, 'from_port') ?? -1),
    toPort: all ? -1 : (number(object, 'to_port') ?? -1),
    description: text(object, 'description'),
  };
  return [
    ...texts(object, 'cidr_blocks').map((cidrIpv4) => ({ ...base, cidrIpv4 })),
    ...texts(object, 'ipv6_cidr_blocks').map((cidrIpv6) => ({ ...base, cidrIpv6 })),
    ...texts(object, 'prefix_list_ids').map((prefixListId) => ({ ...base, prefixListId })),
    ...texts(object, 'security_groups').map((referencedGroupId) => ({ ...base, referencedGroupId })),
    ...(bool(object, 'self') === true ? [{ ...base, referencedGroupId: groupId }] : []),
  ];
}

/** One text for each rule that is the same. */
function keyOf(rule: Rule): string {
  const peer = rule.cidrIpv4 ?? rule.cidrIpv6 ?? rule.prefixListId ?? rule.referencedGroupId ?? '';
  return [rule.protocol, rule.fromPort, rule.toPort, peer, rule.description ?? ''].join('|');
}

export function isSameRuleSet(a: readonly Attributes[], b: readonly Attributes[]): boolean {
  const keys = (objects: readonly Attributes[]) => new Set(objects.flatMap((object) => rulesIn(object, 'self', false)).map(keyOf));
  const [left, right] = [keys(a), keys(b)];
  return left.size === right.size && [...left].every((key) => right.has(key));
}

/**
 * The state's objects for a group's rules: those that the configuration groups its own way are kept so, the others are
 * put together by protocol, ports and description, as the provider does.
 */
export function ruleObjects(resources: readonly SimResource[], groupId: string, prior: readonly Attributes[]): readonly Attributes[] {
  const left = new Map(resources.map((resource) => [keyOf(ruleOf(resource)), ruleOf(resource)]));
  const objects: Attributes[] = [];
  for (const object of prior) {
    const keys = rulesIn(object, groupId, false).map(keyOf);
    if (keys.length === 0 || !keys.every((key) => left.has(key))) continue;
    const rules = keys.flatMap((key) => left.get(key) ?? []);
    for (const key of keys) left.delete(key);
    objects.push(objectOf(rules, groupId));
  }
  const grouped = new Map<string, Required<Rule>[]>();
  for (const rule of left.values()) {
    const key = [rule.protocol, rule.fromPort, rule.toPort, rule.description ?? ''].join('|');
    grouped.set(key, [...(grouped.get(key) ?? []), rule]);
  }
  return [...objects, ...[...grouped.values()].map((rules) => objectOf(rules, groupId))];
}

function objectOf(rules: readonly Required<Rule>[], groupId: string): Attributes {
  const [first] = rules;
  const all = first?.protocol === '-1';
  const of = (member: (rule: Required<Rule>) => string | null) => rules.flatMap((rule) => member(rule) ?? []);
  return {
    protocol: first?.protocol ?? '-1',
    from_port: all ? 0 : (first?.fromPort ?? 0),
    to_port: all ? 0 : (first?.toPort ?? 0),
    description: first?.description ?? '',
    cidr_blocks: of(({ cidrIpv4 }) => cidrIpv4),
    ipv6_cidr_blocks: of(({ cidrIpv6 }) => cidrIpv6),
    prefix_list_ids: of(({ prefixListId }) => prefixListId),
    security_groups: of(({ referencedGroupId }) => (referencedGroupId === groupId ? null : referencedGroupId)),
    self: rules.some(({ referencedGroupId }) => referencedGroupId === groupId),
  };
}

/** Revokes and authorizes what differs, as the provider does: first the one, then the other. */
export async function setRules(context: ProviderContext, groupId: string, direction: Direction, before: readonly Attributes[], after: readonly Attributes[]): Promise<void> {
  const egress = direction === 'egress';
  const rules = (objects: readonly Attributes[]) => new Map(objects.flatMap((object) => rulesIn(object, groupId, egress)).map((rule) => [keyOf(rule), rule]));
  const [old, wanted] = [rules(before), rules(after)];
  const gone = [...old].filter(([key]) => !wanted.has(key)).map(([, rule]) => rule);
  const added = [...wanted].filter(([key]) => !old.has(key)).map(([, rule]) => rule);
  const what = `updating Security Group (${groupId}) ${direction} rules`;
  try {
    if (gone.length > 0) {
      await askEc2(context, egress ? 'RevokeSecurityGroupEgress' : 'RevokeSecurityGroupIngress', { target: groupId }, (ec2) => revoke(ec2, gone));
    }
  } catch (error) {
    if (!hasCode(error, 'InvalidPermission.NotFound')) throw explained(what, error);
  }
  if (added.length === 0) return;
  try {
    await askEc2(context, egress ? 'AuthorizeSecurityGroupEgress' : 'AuthorizeSecurityGroupIngress', { target: groupId }, (ec2) => void authorize(ec2, added));
  } catch (error) {
    throw explained(what, error);
  }
}
