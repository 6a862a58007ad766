import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { accountId, ec2Arn } from '../model/account.ts';
import { all, type Ec2, find, get } from '../model/ec2.ts';
import { flag, text } from '../model/props.ts';
import { authorize, modifyRule, revoke, revokeById, type Rule, ruleOf, rulesOf } from '../model/security-group-rules.ts';
import { createSecurityGroup, deleteSecurityGroup } from '../model/security-groups.ts';
import { filtered, paged, tagged } from './filters.ts';
import { done, type Handler, type Handlers, listing, named, tagSet } from './handler.ts';
import { listParam, numberParam, param, type Query, required, structParams, tagSpecifications } from './query.ts';
import type { Xml, XmlMembers } from './xml.ts';

export const securityGroupHandlers: Handlers = {
  CreateSecurityGroup: (ec2, query) => {
    const group = createSecurityGroup(ec2, {
      name: required(query, 'GroupName'),
      description: required(query, 'GroupDescription'),
      vpcId: param(query, 'VpcId'),
      tags: tagSpecifications(query)['security-group'] ?? {},
    });
    return { ...done, groupId: group.id, securityGroupArn: ec2Arn(ec2.region, 'security-group', group.id), tagSet: tagSet(group) };
  },
  DescribeSecurityGroups: (ec2, query) => {
    const names = listParam(query, 'GroupName');
    const groups = named(ec2, query, 'security-group', 'GroupId').filter((group) => names.length === 0 || names.includes(group.name ?? ''));
    const missing = names.find((name) => !groups.some((group) => group.name === name));
    if (missing !== undefined) throw new CloudError('InvalidGroup.NotFound', `The security group '${missing}' does not exist`);
    const { items, nextToken } = paged(query, filtered(query, groups, (group) => groupFilters(ec2, group)));
    return { securityGroupInfo: items.map((group) => groupXml(ec2, group)), nextToken };
  },
  DescribeSecurityGroupRules: listing({
    kind: 'security-group-rule',
    idParam: 'SecurityGroupRuleId',
    set: 'securityGroupRuleSet',
    filters: (_ec2, rule) => tagged(rule, { 'security-group-rule-id': rule.id, 'group-id': text(rule, 'groupId') }),
    render: ruleXml,
  }),
  AuthorizeSecurityGroupIngress: authorizing(false),
  AuthorizeSecurityGroupEgress: authorizing(true),
  RevokeSecurityGroupIngress: revoking(false),
  RevokeSecurityGroupEgress: revoking(true),
  ModifySecurityGroupRules: (ec2, query) => {
    for (const each of structParams(query, 'SecurityGroupRule')) {
      const given = (name: string) => param(each, `SecurityGroupRule.${name}`);
      modifyRule(ec2, required(each, 'SecurityGroupRuleId'), {
        protocol: given('IpProtocol') ?? '-1',
        fromPort: numberParam(each, 'SecurityGroupRule.FromPort') ?? -1,
        toPort: numberParam(each, 'SecurityGroupRule.ToPort') ?? -1,
        cidrIpv4: given('CidrIpv4'),
        cidrIpv6: given('CidrIpv6'),
        prefixListId: given('PrefixListId'),
        referencedGroupId: given('ReferencedGroupId'),
        description: given('Description'),
      });
    }
    return done;
  },
  DeleteSecurityGroup: (ec2, query) => {
    const id = param(query, 'GroupId') ?? all(ec2, 'security-group').find(({ name }) => name === required(query, 'GroupName'))?.id;
    if (id === undefined) throw new CloudError('InvalidGroup.NotFound', `The security group '${required(query, 'GroupName')}' does not exist`);
    deleteSecurityGroup(ec2, id);
    return { ...done, groupId: id };
  },
};

function authorizing(egress: boolean): Handler {
  return (ec2, query) => {
    const rules = authorize(ec2, rulesIn(ec2, query, egress), tagSpecifications(query)['security-group-rule'] ?? {});
    return { ...done, securityGroupRuleSet: rules.map((rule) => ruleXml(ec2, rule)) };
  };
}

function revoking(egress: boolean): Handler {
  return (ec2, query) => {
    const ids = listParam(query, 'SecurityGroupRuleId');
    if (ids.length > 0) revokeById(ec2, ids);
    else revoke(ec2, rulesIn(ec2, query, egress));
    return done;
  };
}

/** The rules of `IpPermissions.n`, one a peer, or of the plain parameters. */
function rulesIn(ec2: Ec2, query: Query, egress: boolean): readonly Rule[] {
  const groupId = get(ec2, 'security-group', required(query, 'GroupId')).id;
  const structs = structParams(query, 'IpPermissions');
  const plain = param(query, 'IpProtocol');
  if (structs.length === 0 && plain !== null) return [{ groupId, egress, ...portsIn(query), cidrIpv4: required(query, 'CidrIp') }];
  return structs.flatMap((each) => {
    const base = { groupId, egress, ...portsIn(each) };
    const peers = (name: string, member: string, as: string) =>
      structParams(each, name).map((peer) => ({ ...base, [as]: required(peer, member), description: param(peer, 'Description') }));
    return [
      ...peers('IpRanges', 'CidrIp', 'cidrIpv4'),
      ...peers('Ipv6Ranges', 'CidrIpv6', 'cidrIpv6'),
      ...peers('PrefixListIds', 'PrefixListId', 'prefixListId'),
      ...peers('Groups', 'GroupId', 'referencedGroupId'),
    ];
  });
}

function portsIn(query: Query): Pick<Rule, 'protocol' | 'fromPort' | 'toPort'> {
  return { protocol: required(query, 'IpProtocol'), fromPort: numberParam(query, 'FromPort') ?? -1, toPort: numberParam(query, 'ToPort') ?? -1 };
}

function groupFilters(ec2: Ec2, group: SimResource): ReturnType<typeof tagged> {
  const ingress = rulesOf(ec2, group.id, false).map(ruleOf);
  return tagged(group, {
    'group-id': group.id,
    'group-name': group.name,
    description: text(group, 'description'),
    'vpc-id': text(group, 'vpcId'),
    'ip-permission.cidr': ingress.map(({ cidrIpv4 }) => cidrIpv4),
    'ip-permission.from-port': ingress.map(({ fromPort }) => fromPort),
    'ip-permission.to-port': ingress.map(({ toPort }) => toPort),
    'ip-permission.protocol': ingress.map(({ protocol }) => protocol),
    'ip-permission.group-id': ingress.map(({ referencedGroupId }) => referencedGroupId),
  });
}

function groupXml(ec2: Ec2, group: SimResource): XmlMembers {
  return {
    groupId: group.id,
    groupName: group.name,
    groupDescription: text(group, 'description'),
    ownerId: accountId,
    vpcId: text(group, 'vpcId'),
    securityGroupArn: ec2Arn(ec2.region, 'security-group', group.id),
    ipPermissions: permissions(rulesOf(ec2, group.id, false)),
    ipPermissionsEgress: permissions(rulesOf(ec2, group.id, true)),
    tagSet: tagSet(group),
  };
}

/** Rules of the same protocol and ports are one permission with several peers. */
function permissions(resources: readonly SimResource[]): Xml {
  const grouped = new Map<string, Required<Rule>[]>();
  for (const rule of resources.map(ruleOf)) {
    const key = `${rule.protocol} ${rule.fromPort} ${rule.toPort}`;
    grouped.set(key, [...(grouped.get(key) ?? []), rule]);
  }
  return [...grouped.values()].map((rules) => {
    const [first] = rules;
    const isAll = first?.protocol === '-1';
    const peers = (member: (rule: Required<Rule>) => string | null, render: (peer: string) => XmlMembers): Xml =>
      rules.flatMap((rule) => {
        const peer = member(rule);
        return peer === null ? [] : [{ ...render(peer), description: rule.description }];
      });
    return {
      ipProtocol: first?.protocol,
      fromPort: isAll ? null : first?.fromPort,
      toPort: isAll ? null : first?.toPort,
      ipRanges: peers(({ cidrIpv4 }) => cidrIpv4, (cidrIp) => ({ cidrIp })),
      ipv6Ranges: peers(({ cidrIpv6 }) => cidrIpv6, (cidrIpv6) => ({ cidrIpv6 })),
      prefixListIds: peers(({ prefixListId }) => prefixListId, (prefixListId) => ({ prefixListId })),
      groups: peers(({ referencedGroupId }) => referencedGroupId, (groupId) => ({ groupId, userId: accountId })),
    };
  });
}

function ruleXml(ec2: Ec2, resource: SimResource): XmlMembers {
  const rule = ruleOf(resource);
  const referenced = rule.referencedGroupId === null ? null : find(ec2, 'security-group', rule.referencedGroupId);
  return {
    securityGroupRuleId: resource.id,
    securityGroupRuleArn: ec2Arn(ec2.region, 'security-group-rule', resource.id),
    groupId: rule.groupId,
    groupOwnerId: accountId,
    isEgress: flag(resource, 'egress'),
    ipProtocol: rule.protocol,
    fromPort: rule.fromPort,
    toPort: rule.toPort,
    cidrIpv4: rule.cidrIpv4,
    cidrIpv6: rule.cidrIpv6,
    prefixListId: rule.prefixListId,
    referencedGroupInfo: referenced === null ? null : { groupId: referenced.id, userId: accountId, vpcId: text(referenced, 'vpcId') },
    description: rule.description,
    tagSet: tagSet(resource),
  };
}
