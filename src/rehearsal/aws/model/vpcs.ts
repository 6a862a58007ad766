import type { SimResource } from '../../engine/resource.ts';
import { add, all, type Ec2, type Ec2View, get, remove, type Tags } from './ec2.ts';
import { dependencyViolation, invalidParameter, limitExceeded } from './errors.ts';
import { parseRange } from './ip-ranges.ts';
import { flag, text, withProps } from './props.ts';
import { quotaOf } from './quotas.ts';
import { allTraffic, putRule } from './security-group-rules.ts';
import { checkedTags } from './tags.ts';
import { CloudError } from '../../engine/cloud-error.ts';

export interface NewVpc {
  readonly cidrBlock: string;
  readonly instanceTenancy?: string;
  readonly tags?: Tags;
  readonly isDefault?: boolean;
}

/** CreateVpc: with its main route table, default network ACL and default security group, as EC2 makes them. */
export function createVpc(ec2: Ec2, { cidrBlock, instanceTenancy = 'default', tags = {}, isDefault = false }: NewVpc): SimResource {
  const range = parseRange(cidrBlock);
  if (range === null || range.prefix < 16 || range.prefix > 28) throw new CloudError('InvalidVpc.Range', `The CIDR '${cidrBlock}' is invalid.`);
  if (all(ec2, 'vpc').length >= quotaOf(ec2.tx, ec2.region, 'vpcs')) {
    throw limitExceeded('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');
  }
  const options = all(ec2, 'dhcp-options')[0];
  const vpc = add(ec2, 'vpc', {
    tags: checkedTags(tags),
    props: {
      cidrBlock,
      instanceTenancy,
      isDefault,
      dhcpOptionsId: options?.id ?? 'default',
      enableDnsSupport: true,
      enableDnsHostnames: isDefault,
      enableNetworkAddressUsageMetrics: false,
    },
  });
  add(ec2, 'network-acl', { props: { vpcId: vpc.id, isDefault: true } });
  add(ec2, 'route-table', {
    props: {
      vpcId: vpc.id,
      routes: [{ destination: cidrBlock, gatewayId: 'local', origin: 'CreateRouteTable' }],
      associations: [{ id: `rtbassoc-${ec2.tx.newId(17)}`, subnetId: null, main: true }],
    },
  });
  const group = add(ec2, 'security-group', { name: 'default', props: { vpcId: vpc.id, description: 'default VPC security group' } });
  putRule(ec2, { groupId: group.id, egress: false, ...allTraffic, referencedGroupId: group.id });
  putRule(ec2, { groupId: group.id, egress: true, ...allTraffic, cidrIpv4: '0.0.0.0/0' });
  return vpc;
}

/** What EC2 made with a VPC. */
export interface VpcParts {
  readonly mainRouteTable: SimResource | null;
  readonly defaultAcl: SimResource | null;
  readonly defaultGroup: SimResource | null;
}

export function partsOf(ec2: Ec2View, vpcId: string): VpcParts {
  const ofVpc = (resource: SimResource) => text(resource, 'vpcId') === vpcId;
  return {
    mainRouteTable: all(ec2, 'route-table').find((table) => ofVpc(table) && isMain(table)) ?? null,
    defaultAcl: all(ec2, 'network-acl').find((acl) => ofVpc(acl) && flag(acl, 'isDefault')) ?? null,
    defaultGroup: all(ec2, 'security-group').find((group) => ofVpc(group) && group.name === 'default') ?? null,
  };
}

export function isMain(table: SimResource): boolean {
  const { associations } = table.props;
  return Array.isArray(associations) && associations.some((each: unknown) => typeof each === 'object' && each !== null && 'main' in each && each.main === true);
}

export const vpcAttributes = ['enableDnsSupport', 'enableDnsHostnames', 'enableNetworkAddressUsageMetrics'] as const;
export type VpcAttribute = (typeof vpcAttributes)[number];

/** ModifyVpcAttribute. */
export function modifyVpc(ec2: Ec2, id: string, change: Readonly<Partial<Record<VpcAttribute, boolean>>>): SimResource {
  const vpc = get(ec2, 'vpc', id);
  const changed = withProps(vpc, { ...change });
  if (flag(changed, 'enableDnsHostnames') && !flag(changed, 'enableDnsSupport')) {
    throw invalidParameter('DNS hostnames are enabled, but DNS support is disabled.');
  }
  ec2.tx.put(changed);
  return changed;
}

/** DeleteVpc: with what EC2 made with it, and nothing else. */
export function deleteVpc(ec2: Ec2, id: string): void {
  const vpc = get(ec2, 'vpc', id);
  const { mainRouteTable, defaultAcl, defaultGroup } = partsOf(ec2, id);
  const own = new Set([mainRouteTable?.id, defaultAcl?.id, defaultGroup?.id]);
  const kinds = ['subnet', 'internet-gateway', 'route-table', 'security-group', 'network-interface'] as const;
  const dependent = kinds.some((kind) => all(ec2, kind).some((each) => text(each, 'vpcId') === id && !own.has(each.id)));
  if (dependent) throw dependencyViolation(`The vpc '${id}' has dependencies and cannot be deleted.`);
  for (const rule of all(ec2, 'security-group-rule')) if (text(rule, 'groupId') === defaultGroup?.id) remove(ec2, rule);
  for (const part of [mainRouteTable, defaultAcl, defaultGroup]) if (part !== null) remove(ec2, part);
  remove(ec2, vpc);
}
