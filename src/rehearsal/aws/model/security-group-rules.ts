import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { add, all, type Ec2, type Ec2View, find, get, remove, type Tags } from './ec2.ts';
import { invalidParameter, limitExceeded } from './errors.ts';
import { parseRange } from './ip-ranges.ts';
import { flag, numberOrNull, text, textOrNull, withProps } from './props.ts';
import { quotaOf } from './quotas.ts';
import { checkedTags } from './tags.ts';

/** What a rule lets through: exactly one peer is set. */
export interface Rule {
  readonly groupId: string;
  readonly egress: boolean;
  /** `tcp`, `udp`, `icmp`, `-1` or a number. */
  readonly protocol: string;
  /** -1 for all; with ICMP its type and code. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrIpv4?: string | null;
  readonly cidrIpv6?: string | null;
  readonly prefixListId?: string | null;
  readonly referencedGroupId?: string | null;
  readonly description?: string | null;
}

export const allTraffic = { protocol: '-1', fromPort: -1, toPort: -1 } as const;

const protocolNumbers: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6', all: '-1' };

/** AuthorizeSecurityGroupIngress and -Egress: the rules, each with an id. Throws when one is there already, or makes no sense. */
export function authorize(ec2: Ec2, rules: readonly Rule[], tags: Tags = {}): readonly SimResource[] {
  checkedTags(tags);
  return rules.map((given) => {
    get(ec2, 'security-group', given.groupId);
    const rule = normal(ec2, given);
    const existing = rulesOf(ec2, rule.groupId, rule.egress);
    if (existing.some((each) => isSame(each, rule))) {
      throw new CloudError('InvalidPermission.Duplicate', `the specified rule "${described(rule)}" already exists`);
    }
    if (existing.length >= quotaOf(ec2.tx, ec2.region, 'rulesPerGroup')) {
      throw limitExceeded('RulesPerSecurityGroupLimitExceeded', 'The maximum number of rules per security group has been reached.');
    }
    return putRule(ec2, rule, tags);
  });
}

/** Puts a rule into the world as it is. */
export function putRule(ec2: Ec2, rule: Rule, tags: Tags = {}): SimResource {
  return add(ec2, 'security-group-rule', { tags, props: propsOf(rule) });
}

/** Revoke by what the rules say. Throws when one is not there. */
export function revoke(ec2: Ec2, rules: readonly Rule[]): void {
  for (const given of rules) {
    const rule = normal(ec2, given);
    const existing = rulesOf(ec2, rule.groupId, rule.egress).find((each) => isSame(each, rule));
    if (existing === undefined) throw new CloudError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
    remove(ec2, existing);
  }
}

/** Revoke by id. */
export function revokeById(ec2: Ec2, ids: readonly string[]): void {
  for (const rule of ids.map((id) => get(ec2, 'security-group-rule', id))) remove(ec2, rule);
}

/** ModifySecurityGroupRules: the rule says something else from now on, under the same id. */
export function modifyRule(ec2: Ec2, id: string, rule: Omit<Rule, 'groupId' | 'egress'>): SimResource {
  const existing = get(ec2, 'security-group-rule', id);
  const full = normal(ec2, { ...rule, groupId: text(existing, 'groupId'), egress: flag(existing, 'egress') });
  const changed = withProps(existing, propsOf(full));
  ec2.tx.put(changed);
  return changed;
}

export function rulesOf(ec2: Ec2View, groupId: string, egress?: boolean): readonly SimResource[] {
  return all(ec2, 'security-group-rule').filter((each) => text(each, 'groupId') === groupId && (egress === undefined || flag(each, 'egress') === egress));
}

export function ruleOf(resource: SimResource): Required<Rule> {
  return {
    groupId: text(resource, 'groupId'),
    egress: flag(resource, 'egress'),
    protocol: text(resource, 'protocol'),
    fromPort: numberOrNull(resource, 'fromPort') ?? -1,
    toPort: numberOrNull(resource, 'toPort') ?? -1,
    cidrIpv4: textOrNull(resource, 'cidrIpv4'),
    cidrIpv6: textOrNull(resource, 'cidrIpv6'),
    prefixListId: textOrNull(resource, 'prefixListId'),
    referencedGroupId: textOrNull(resource, 'referencedGroupId'),
    description: textOrNull(resource, 'description'),
  };
}

function propsOf({ groupId, egress, protocol, fromPort, toPort, cidrIpv4 = null, cidrIpv6 = null, prefixListId = null, referencedGroupId = null, description = null }: Rule): SimResource['props'] {
  return { groupId, egress, protocol, fromPort, toPort, cidrIpv4, cidrIpv6, prefixListId, referencedGroupId, description };
}

function normal(ec2: Ec2, rule: Rule): Rule {
  const protocol = protocolNumbers[rule.protocol.toLowerCase()] ?? rule.protocol.toLowerCase();
  const { cidrIpv4 = null, referencedGroupId = null } = rule;
  if (cidrIpv4 !== null && parseRange(cidrIpv4) === null) throw invalidParameter(`CIDR block ${cidrIpv4} is malformed`);
  if (referencedGroupId !== null && find(ec2, 'security-group', referencedGroupId) === null) get(ec2, 'security-group', referencedGroupId);
  if (!['tcp', 'udp', 'icmp', 'icmpv6', '-1'].includes(protocol) && !/^\d+$/.test(protocol)) {
    throw invalidParameter(`Invalid value '${rule.protocol}' for IP protocol. Unknown protocol.`);
  }
  if (protocol === '-1') return { ...rule, ...allTraffic };
  if ((protocol === 'tcp' || protocol === 'udp') && !(rule.fromPort >= 0 && rule.toPort <= 65_535 && rule.fromPort <= rule.toPort)) {
    throw invalidParameter(`Invalid TCP/UDP port range (${rule.fromPort}:${rule.toPort})`);
  }
  return { ...rule, protocol };
}

function isSame(resource: SimResource, rule: Rule): boolean {
  const other = ruleOf(resource);
  const peer = ({ cidrIpv4, cidrIpv6, prefixListId, referencedGroupId }: Rule) => cidrIpv4 ?? cidrIpv6 ?? prefixListId ?? referencedGroupId ?? '';
  return other.protocol === rule.protocol && other.fromPort === rule.fromPort && other.toPort === rule.toPort && peer(other) === peer(rule);
}

function described(rule: Rule): string {
  const peer = rule.cidrIpv4 ?? rule.cidrIpv6 ?? rule.prefixListId ?? rule.referencedGroupId ?? '';
  if (rule.protocol === '-1') return `peer: ${peer}, ALL, ALLOW`;
  return `peer: ${peer}, ${rule.protocol.toUpperCase()}, from port: ${rule.fromPort}, to port: ${rule.toPort}, ALLOW`;
}
