import { callEc2, elementsOf } from './call-ec2.ts';

export interface TaggedResource {
  /** EC2's own word: instance, volume, security-group, key-pair, ... */
  readonly kind: string;
  readonly id: string;
}

const listings = [
  ['instance', 'DescribeInstances', 'instanceId'],
  ['volume', 'DescribeVolumes', 'volumeId'],
  ['security-group', 'DescribeSecurityGroups', 'groupId'],
  ['key-pair', 'DescribeKeyPairs', 'keyPairId'],
  ['vpc', 'DescribeVpcs', 'vpcId'],
  ['subnet', 'DescribeSubnets', 'subnetId'],
  ['internet-gateway', 'DescribeInternetGateways', 'internetGatewayId'],
  ['route-table', 'DescribeRouteTables', 'routeTableId'],
  ['network-interface', 'DescribeNetworkInterfaces', 'networkInterfaceId'],
  ['elastic-ip', 'DescribeAddresses', 'allocationId'],
] as const;

const alive = 'pending,running,stopping,stopped,shutting-down'.split(',');

/**
 * What EC2 itself says is there under a session's tag, terminated instances left out: the independent check of a
 * teardown, without labtui's own listing.
 */
export async function describeTagged(endpoint: string, sessionId: string, region: string): Promise<readonly TaggedResource[]> {
  const found = await Promise.all(
    listings.map(async ([kind, action, element]) => {
      const params: Record<string, string> = { 'Filter.1.Name': 'tag:labtui-session-id', 'Filter.1.Value.1': sessionId };
      if (kind === 'instance') {
        params['Filter.2.Name'] = 'instance-state-name';
        alive.forEach((state, index) => {
          params[`Filter.2.Value.${index + 1}`] = state;
        });
      }
      const ids = new Set(elementsOf(await callEc2(endpoint, action, params, { region }), element));
      return [...ids].map((id): TaggedResource => ({ kind, id }));
    }),
  );
  return found.flat();
}
