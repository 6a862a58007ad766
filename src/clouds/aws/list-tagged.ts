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
  type Tag,
} from '@aws-sdk/client-ec2';
import type { LeftResource } from '../../core/events.ts';
import { tagKeys } from '../../core/tags.ts';
import { allPages, asked, type Ec2 } from './ec2-calls.ts';

interface Found {
  readonly id: string | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

/** Instances that are still there, those on their way out included: until they are gone, so is their cost not. */
const presentStates = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'];

/**
 * Everything in the region that carries the session's tag, in Terraform's words for types and ids. Asked of each
 * service itself, all at once: the tagging API also lists what was tagged once. Rejects with a LabError.
 */
export async function listTagged(ec2: Ec2, sessionId: string, region: string): Promise<readonly LeftResource[]> {
  const tagged = { Name: `tag:${tagKeys.session}`, Values: [sessionId] };
  const only = (Name: string, ...Values: string[]) => ({ Filters: [tagged, { Name, Values }] });
  const Filters = [tagged];
  const listings: readonly [type: string, found: Promise<readonly Found[]>][] = [
    ['aws_instance', allPages(
      (NextToken) => ec2.send(new DescribeInstancesCommand({ ...only('instance-state-name', ...presentStates), NextToken })),
      (page) => page.Reservations?.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId, Tags }) => ({ id: InstanceId, Tags }))),
    )],
    ['aws_ebs_volume', allPages(
      (NextToken) => ec2.send(new DescribeVolumesCommand({ ...only('status', 'creating', 'available', 'in-use', 'error'), NextToken })),
      (page) => page.Volumes?.map(({ VolumeId, Tags }) => ({ id: VolumeId, Tags })),
    )],
    ['aws_ebs_snapshot', allPages(
      (NextToken) => ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters, NextToken })),
      (page) => page.Snapshots?.map(({ SnapshotId, Tags }) => ({ id: SnapshotId, Tags })),
    )],
    ['aws_security_group', allPages(
      (NextToken) => ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken })),
      (page) => page.SecurityGroups?.map(({ GroupId, Tags }) => ({ id: GroupId, Tags })),
    )],
    ['aws_vpc', allPages(
      (NextToken) => ec2.send(new DescribeVpcsCommand({ Filters, NextToken })),
      (page) => page.Vpcs?.map(({ VpcId, Tags }) => ({ id: VpcId, Tags })),
    )],
    ['aws_subnet', allPages(
      (NextToken) => ec2.send(new DescribeSubnetsCommand({ Filters, NextToken })),
      (page) => page.Subnets?.map(({ SubnetId, Tags }) => ({ id: SubnetId, Tags })),
    )],
    ['aws_internet_gateway', allPages(
      (NextToken) => ec2.send(new DescribeInternetGatewaysCommand({ Filters, NextToken })),
      (page) => page.InternetGateways?.map(({ InternetGatewayId, Tags }) => ({ id: InternetGatewayId, Tags })),
    )],
    ['aws_route_table', allPages(
      (NextToken) => ec2.send(new DescribeRouteTablesCommand({ Filters, NextToken })),
      // A main table is part of its VPC and ends with it.
      (page) => page.RouteTables?.filter(({ Associations = [] }) => !Associations.some(({ Main }) => Main))
        .map(({ RouteTableId, Tags }) => ({ id: RouteTableId, Tags })),
    )],
    ['aws_network_interface', allPages(
      (NextToken) => ec2.send(new DescribeNetworkInterfacesCommand({ Filters, NextToken })),
      (page) => page.NetworkInterfaces?.map(({ NetworkInterfaceId, TagSet }) => ({ id: NetworkInterfaceId, Tags: TagSet })),
    )],
    ['aws_spot_instance_request', allPages(
      (NextToken) => ec2.send(new DescribeSpotInstanceRequestsCommand({ ...only('state', 'open', 'active'), NextToken })),
      (page) => page.SpotInstanceRequests?.map(({ SpotInstanceRequestId, Tags }) => ({ id: SpotInstanceRequestId, Tags })),
    )],
    // These two come in one answer. A key pair's id in Terraform is its name.
    ['aws_key_pair', asked(ec2.send(new DescribeKeyPairsCommand({ Filters })))
      .then(({ KeyPairs = [] }) => KeyPairs.map(({ KeyName, Tags }) => ({ id: KeyName, Tags })))],
    ['aws_eip', asked(ec2.send(new DescribeAddressesCommand({ Filters })))
      .then(({ Addresses = [] }) => Addresses.map(({ AllocationId, Tags }) => ({ id: AllocationId, Tags })))],
  ];
  const left = await Promise.all(
    listings.map(async ([type, found]) => (await found).map((resource) => leftResource(type, resource, region))),
  );
  return left.flat();
}

function leftResource(type: string, { id = '', Tags = [] }: Found, region: string): LeftResource {
  const name = Tags.find(({ Key }) => Key === 'Name')?.Value ?? null;
  return { type, id, name, region, seenBy: 'listing' };
}
