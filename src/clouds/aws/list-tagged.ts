import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeKeyPairsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  type Filter,
  type Tag,
} from '@aws-sdk/client-ec2';
import type { LeftResource } from '../../core/events.ts';
import { tagKeys } from '../../core/tags.ts';
import { allPages, asked, type Ec2 } from './ec2-calls.ts';

interface Found {
  readonly id: string | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

/** One kind in one region, asked of the service itself. */
type List = (ec2: Ec2, tagged: Filter) => Promise<readonly Found[]>;

/** Instances that are still there, those on their way out included: until they are gone, so is their cost not. */
const presentStates = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'];

const only = (tagged: Filter, Name: string, ...Values: string[]) => ({ Filters: [tagged, { Name, Values }] });

/** Everything that carries labtui's tags, by Terraform's word for it. */
const kinds: readonly (readonly [type: string, list: List])[] = [
  ['aws_instance', (ec2, tagged) => allPages(
    (NextToken) => ec2.send(new DescribeInstancesCommand({ ...only(tagged, 'instance-state-name', ...presentStates), NextToken })),
    (page) => page.Reservations?.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId, Tags }) => ({ id: InstanceId, Tags }))),
  )],
  ['aws_ebs_volume', (ec2, tagged) => allPages(
    (NextToken) => ec2.send(new DescribeVolumesCommand({ ...only(tagged, 'status', 'creating', 'available', 'in-use', 'error'), NextToken })),
    (page) => page.Volumes?.map(({ VolumeId, Tags }) => ({ id: VolumeId, Tags })),
  )],
  ['aws_ebs_snapshot', (ec2, tagged) => allPages(
    (NextToken) => ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters: [tagged], NextToken })),
    (page) => page.Snapshots?.map(({ SnapshotId, Tags }) => ({ id: SnapshotId, Tags })),
  )],
  ['aws_security_group', (ec2, tagged) => allPages(
    (NextToken) => ec2.send(new DescribeSecurityGroupsCommand({ Filters: [tagged], NextToken })),
    (page) => page.SecurityGroups?.map(({ GroupId, Tags }) => ({ id: GroupId, Tags })),
  )],
  ['aws_vpc', (ec2, tagged) => allPages(
    (NextToken) => ec2.send(new DescribeVpcsCommand({ Filters: [tagged], NextToken })),
    (page) => page.Vpcs?.map(({ VpcId, Tags }) => ({ id: VpcId, Tags })),
  )],
  ['aws_subnet', (ec2, tagged) => allPages(
    (NextToken) => ec2.send(new DescribeSubnetsCommand({ Filters: [tagged], NextToken })),
    (page) => page.Subnets?.map(({ SubnetId, Tags }) => ({ id: SubnetId, Tags })),
  )],
  ['aws_internet_gateway', (ec2, tagged) => allPages(
    (NextToken) => ec2.send(new DescribeInternetGatewaysCommand({ Filters: [tagged], NextToken })),
    (page) => page.InternetGateways?.map(({ InternetGatewayId, Tags }) => ({ id: InternetGatewayId, Tags })),
  )],
  ['aws_route_table', (ec2, tagged) => allPages(
    (NextToken) => ec2.send(new DescribeRouteTablesCommand({ Filters: [tagged], NextToken })),
    // A main table is part of its VPC and ends with it.
    (page) => page.RouteTables?.filter(({ Associations = [] }) => !Associations.some(({ Main }) => Main))
      .map(({ RouteTableId, Tags }) => ({ id: RouteTableId, Tags })),
  )],
  ['aws_network_interface', (ec2, tagged) => allPages(
    (NextToken) => ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [tagged], NextToken })),
    (page) => page.NetworkInterfaces?.map(({ NetworkInterfaceId, TagSet }) => ({ id: NetworkInterfaceId, Tags: TagSet })),
  )],
  ['aws_spot_instance_request', (ec2, tagged) => allPages(
    (NextToken) => ec2.send(new DescribeSpotInstanceRequestsCommand({ ...only(tagged, 'state', 'open', 'active'), NextToken })),
    (page) => page.SpotInstanceRequests?.map(({ SpotInstanceRequestId, Tags }) => ({ id: SpotInstanceRequestId, Tags })),
  )],
  // These two come in one answer. A key pair's id in Terraform is its name.
  ['aws_key_pair', async (ec2, tagged) => {
    const { KeyPairs = [] } = await asked(ec2.send(new DescribeKeyPairsCommand({ Filters: [tagged] })));
    return KeyPairs.map(({ KeyName, Tags }) => ({ id: KeyName, Tags }));
  }],
  ['aws_eip', async (ec2, tagged) => {
    const { Addresses = [] } = await asked(ec2.send(new DescribeAddressesCommand({ Filters: [tagged] })));
    return Addresses.map(({ AllocationId, Tags }) => ({ id: AllocationId, Tags }));
  }],
];

/** A resource with the tags that it carries. */
export interface TaggedResource {
  readonly resource: LeftResource;
  readonly tags: Readonly<Record<string, string>>;
}

/** Everything in the region that carries the session's tag, in Terraform's words for types and ids. Rejects with a LabError. */
export async function listTagged(ec2: Ec2, sessionId: string, region: string): Promise<readonly LeftResource[]> {
  return (await findTagged(ec2, { key: tagKeys.session, value: sessionId }, region)).map(({ resource }) => resource);
}

/**
 * Everything in the region whose tag has that value. Asked of each service itself, all at once: the tagging API also lists what was
 * tagged once. Rejects with a LabError where one service refuses: half a listing tells nothing.
 */
export async function findTagged(ec2: Ec2, { key, value }: { readonly key: string; readonly value: string }, region: string): Promise<readonly TaggedResource[]> {
  const tagged = { Name: `tag:${key}`, Values: [value] };
  const found = await Promise.all(kinds.map(async ([type, list]) => (await list(ec2, tagged)).map((one) => taggedResource(type, one, region))));
  return found.flat();
}

function taggedResource(type: string, { id = '', Tags = [] }: Found, region: string): TaggedResource {
  const tags = Object.fromEntries(Tags.flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])));
  return { resource: { type, id, name: tags.Name ?? null, region, seenBy: 'listing' }, tags };
}
