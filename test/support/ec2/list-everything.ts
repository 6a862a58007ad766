import { callEc2, elementsOf } from './call-ec2.ts';
import type { Ec2Bench } from './start-ec2.ts';

/** Something in the account, with all of its tags: `vpc vpc-1 {"labtui":"true"}`. */
export type Listed = string;

const listings = [
  ['instance', 'DescribeInstances', 'instanceId'],
  ['volume', 'DescribeVolumes', 'volumeId'],
  ['snapshot', 'DescribeSnapshots', 'snapshotId'],
  ['security-group', 'DescribeSecurityGroups', 'groupId'],
  ['key-pair', 'DescribeKeyPairs', 'keyPairId'],
  ['vpc', 'DescribeVpcs', 'vpcId'],
  ['subnet', 'DescribeSubnets', 'subnetId'],
  ['internet-gateway', 'DescribeInternetGateways', 'internetGatewayId'],
  ['route-table', 'DescribeRouteTables', 'routeTableId'],
  ['network-acl', 'DescribeNetworkAcls', 'networkAclId'],
  ['network-interface', 'DescribeNetworkInterfaces', 'networkInterfaceId'],
  ['elastic-ip', 'DescribeAddresses', 'allocationId'],
  ['launch-template', 'DescribeLaunchTemplates', 'launchTemplateId'],
  ['nat-gateway', 'DescribeNatGateways', 'natGatewayId'],
  ['spot-request', 'DescribeSpotInstanceRequests', 'spotInstanceRequestId'],
] as const;

const only: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  DescribeInstances: filter('instance-state-name', 'pending', 'running', 'stopping', 'stopped', 'shutting-down'),
  DescribeSpotInstanceRequests: filter('state', 'active'),
  DescribeSnapshots: { 'Owner.1': 'self' },
  // moto keeps a network's own list when the network goes; EC2 does not.
  DescribeNetworkAcls: filter('default', 'false'),
};

/**
 * All that the account holds in the bench's region and of roles, by EC2's and IAM's own listings: the judge over what a kill left, and
 * over what was touched. Machines count until they are terminated.
 */
export async function listEverything(ec2: Ec2Bench): Promise<readonly Listed[]> {
  const tags = tagsById(await ec2.call('DescribeTags'));
  const found: Listed[] = [];
  // One after the other: moto fails some of those that come at once.
  for (const [kind, action, element] of listings) {
    const ids = new Set(elementsOf(await ec2.call(action, only[action]), element));
    found.push(...[...ids].map((id) => `${kind} ${id} ${tags.get(id) ?? ''}`.trimEnd()));
  }
  const roles = elementsOf(await callEc2(ec2.endpoint, 'ListRoles', {}, { region: ec2.region, service: 'iam', version: '2010-05-08' }), 'RoleName');
  return [...found, ...roles.map((name) => `role ${name}`)].sort();
}

function tagsById(xml: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string[]>();
  for (const [, item = ''] of xml.matchAll(/<item>(.*?)<\/item>/gs)) {
    const [id = ''] = elementsOf(item, 'resourceId');
    tags.set(id, [...(tags.get(id) ?? []), `${elementsOf(item, 'key')[0] ?? ''}=${elementsOf(item, 'value')[0] ?? ''}`]);
  }
  return new Map([...tags].map(([id, pairs]) => [id, pairs.sort().join(' ')]));
}

function filter(name: string, ...values: readonly string[]): Readonly<Record<string, string>> {
  return { 'Filter.1.Name': name, ...Object.fromEntries(values.map((value, index) => [`Filter.1.Value.${index + 1}`, value])) };
}
