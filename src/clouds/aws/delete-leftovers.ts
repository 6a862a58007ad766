import {
  CancelSpotInstanceRequestsCommand,
  DeleteInternetGatewayCommand,
  DeleteKeyPairCommand,
  DeleteLaunchTemplateCommand,
  DeleteNetworkInterfaceCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSnapshotCommand,
  DeleteSubnetCommand,
  DeleteVolumeCommand,
  DeleteVpcCommand,
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DetachInternetGatewayCommand,
  DisassociateAddressCommand,
  DisassociateRouteTableCommand,
  ReleaseAddressCommand,
} from '@aws-sdk/client-ec2';
import type { Undeleted } from '../../core/cloud.ts';
import type { LabError, Problem } from '../../core/errors.ts';
import type { LeftResource } from '../../core/events.ts';
import { withLimit } from '../../core/with-limit.ts';
import { deletedOrWhy, deletionsAtOnce, type Sleep } from '../delete-patiently.ts';
import { asked, type Ec2, hasCode } from './ec2-calls.ts';
import { endInstances } from './end-instances.ts';

type Remove = (ec2: Ec2, id: string) => Promise<unknown>;

/**
 * Each before what it needs. Spot requests come first: a persistent one would start the instance again. An internet gateway goes
 * once no address of its VPC is mapped any more.
 */
const afterInstances: readonly (readonly [type: string, remove: Remove])[] = [
  ['aws_network_interface', (ec2, NetworkInterfaceId) => ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }))],
  ['aws_ebs_volume', (ec2, VolumeId) => ec2.send(new DeleteVolumeCommand({ VolumeId }))],
  ['aws_ebs_snapshot', (ec2, SnapshotId) => ec2.send(new DeleteSnapshotCommand({ SnapshotId }))],
  ['aws_eip', releaseAddress],
  ['aws_security_group', (ec2, GroupId) => ec2.send(new DeleteSecurityGroupCommand({ GroupId }))],
  ['aws_route_table', deleteRouteTable],
  ['aws_internet_gateway', deleteGateway],
  ['aws_subnet', (ec2, SubnetId) => ec2.send(new DeleteSubnetCommand({ SubnetId }))],
  ['aws_vpc', (ec2, VpcId) => ec2.send(new DeleteVpcCommand({ VpcId }))],
  // Terraform's id of a key pair is its name.
  ['aws_key_pair', (ec2, KeyName) => ec2.send(new DeleteKeyPairCommand({ KeyName }))],
  ['aws_launch_template', (ec2, LaunchTemplateId) => ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }))],
];
const spotRequest: Remove = (ec2, id) => ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [id] }));

/**
 * Deletes what a listing found in one region, of any number of sessions: kind after kind, those of a kind at once, instances to their
 * very end. Resolves with what could not be deleted and why; what is gone by itself, as a root disk with its instance, counts as
 * deleted. Kinds that labtui does not make are left alone, and so is what lies in another region: asked here, it would seem to be gone.
 */
export async function deleteLeftovers(ec2: Ec2, given: readonly LeftResource[], sleep: Sleep, here: string): Promise<readonly Undeleted[]> {
  const elsewhere = given.filter(({ region }) => region !== null && region !== here);
  const found = given.filter((resource) => !elsewhere.includes(resource));
  const of = (type: string) => found.filter((resource) => resource.type === type);
  const all = async (type: string, remove: Remove): Promise<readonly Undeleted[]> => {
    const outcomes = await withLimit(of(type), deletionsAtOnce, (resource) => deletedOrWhy(resource, () => asked(remove(ec2, resource.id)), { sleep, isHeld, isGone }));
    return outcomes.filter((outcome) => outcome !== null);
  };
  const undeleted: Undeleted[] = [...(await all('aws_spot_instance_request', spotRequest))];
  undeleted.push(...(await endInstances(ec2, of('aws_instance'), sleep)));
  for (const [type, remove] of afterInstances) undeleted.push(...(await all(type, remove)));
  const known = new Set(['aws_spot_instance_request', 'aws_instance', ...afterInstances.map(([type]) => type)]);
  const foreign = found.filter(({ type }) => !known.has(type));
  return [
    ...undeleted,
    ...foreign.map((resource) => ({ resource, problem: unknownKind(resource) })),
    ...elsewhere.map((resource) => ({ resource, problem: otherRegion(resource, here) })),
  ];
}

/** EC2 has a code of its own for each kind: InvalidVpcID.NotFound, InvalidSnapshot.NotFound, InvalidLaunchTemplateId.NotFound. */
export function isGone({ problem }: LabError): boolean {
  return (problem.code ?? '').endsWith('.NotFound');
}

function isHeld(error: LabError): boolean {
  return ['DependencyViolation', 'VolumeInUse', 'InvalidNetworkInterface.InUse', 'InvalidGroup.InUse'].some((code) => hasCode(error, code));
}

/** An address in use has to be let go of first. */
async function releaseAddress(ec2: Ec2, AllocationId: string): Promise<void> {
  const { Addresses: [address] = [] } = await ec2.send(new DescribeAddressesCommand({ AllocationIds: [AllocationId] }));
  if (address?.AssociationId !== undefined) await ec2.send(new DisassociateAddressCommand({ AssociationId: address.AssociationId }));
  await ec2.send(new ReleaseAddressCommand({ AllocationId }));
}

async function deleteRouteTable(ec2: Ec2, RouteTableId: string): Promise<void> {
  const { RouteTables: [table] = [] } = await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
  for (const { RouteTableAssociationId: AssociationId, Main } of table?.Associations ?? []) {
    if (AssociationId !== undefined && Main !== true) await ec2.send(new DisassociateRouteTableCommand({ AssociationId }));
  }
  await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
}

async function deleteGateway(ec2: Ec2, InternetGatewayId: string): Promise<void> {
  const { InternetGateways: [gateway] = [] } = await ec2.send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: [InternetGatewayId] }));
  for (const { VpcId } of gateway?.Attachments ?? []) {
    if (VpcId !== undefined) await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  }
  await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
}

function unknownKind({ type, id }: LeftResource): Problem {
  return { kind: 'conflict', summary: `labtui does not delete ${type} ${id}` };
}

function otherRegion({ type, id, region }: LeftResource, here: string): Problem {
  return { kind: 'conflict', summary: `${type} ${id} is in ${region ?? ''}, and only ${here} was asked to delete` };
}
