import {
  type _InstanceType,
  AllocateAddressCommand,
  AssociateAddressCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteKeyPairCommand,
  DeleteRouteCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeKeyPairsCommand,
  DescribeRegionsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSpotPriceHistoryCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DisassociateAddressCommand,
  EC2Client,
  GetConsoleOutputCommand,
  ImportKeyPairCommand,
  ReleaseAddressCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsFace } from '../../../src/rehearsal/aws/face/aws-face.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { publicKey } from '../../clouds/aws/stack-inputs.ts';
import { type AwsWorld, awsWorld, caller, fault, imageId, region } from './aws-world.ts';

let world: AwsWorld;
let server: FaceServer;
let ec2: EC2Client;
let sts: STSClient;

beforeEach(async () => {
  world = awsWorld();
  server = await serveFaces({ world, faces: [awsFace], caller });
  const options = { region, endpoint: server.origin, maxAttempts: 1, credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' } };
  [ec2, sts] = [new EC2Client(options), new STSClient(options)];
});
afterEach(async () => {
  ec2.destroy();
  sts.destroy();
  await server.close();
});

const session = [{ Key: 'labtui-session-id', Value: 's-1' }];
const launch = (changes: Partial<RunInstancesCommandInput> = {}): RunInstancesCommand =>
  new RunInstancesCommand({
    ImageId: imageId('noble-24.04-amd64-server-20261105'),
    InstanceType: 't3.medium',
    MinCount: 1,
    MaxCount: 1,
    TagSpecifications: [{ ResourceType: 'instance', Tags: session }],
    ...changes,
  });

async function network(): Promise<{ readonly vpc: string; readonly subnet: string; readonly gateway: string; readonly group: string; readonly table: string }> {
  const vpc = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', TagSpecifications: [{ ResourceType: 'vpc', Tags: session }] }))).Vpc?.VpcId ?? '';
  const gateway = (await ec2.send(new CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId ?? '';
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: vpc }));
  const tables = await ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }, { Name: 'association.main', Values: ['true'] }] }));
  const table = tables.RouteTables?.[0]?.RouteTableId ?? '';
  await ec2.send(new CreateRouteCommand({ RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway }));
  const subnet = (await ec2.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock: '10.0.0.0/24', AvailabilityZone: 'eu-north-1b' }))).Subnet?.SubnetId ?? '';
  const group = (await ec2.send(new CreateSecurityGroupCommand({ GroupName: 'ssh', Description: 'SSH', VpcId: vpc }))).GroupId ?? '';
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: group, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '198.51.100.7/32', Description: 'SSH & <me>' }] }] }));
  return { vpc, subnet, gateway, group, table };
}

describe('EC2 and STS for the AWS SDK', () => {
  it('says who is calling, and what the region offers', async () => {
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '000000000000', Arn: 'arn:aws:iam::000000000000:user/rehearsal' });
    const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({ Filters: [{ Name: 'state', Values: ['available'] }] }));
    expect(AvailabilityZones.map(({ ZoneName, ZoneId }) => [ZoneName, ZoneId])).toEqual([
      ['eu-north-1a', 'eun1-az1'],
      ['eu-north-1b', 'eun1-az2'],
      ['eu-north-1c', 'eun1-az3'],
    ]);
    const { InstanceTypeOfferings = [] } = await ec2.send(
      new DescribeInstanceTypeOfferingsCommand({ LocationType: 'availability-zone', Filters: [{ Name: 'instance-type', Values: ['t3.medium', 't3a.medium'] }] }),
    );
    expect(InstanceTypeOfferings.filter(({ InstanceType }) => InstanceType === 't3.medium')).toHaveLength(3);
    const { InstanceTypes: [type] = [] } = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['t4g.medium'] }));
    expect(type).toMatchObject({ ProcessorInfo: { SupportedArchitectures: ['arm64'] }, VCpuInfo: { DefaultVCpus: 2 }, MemoryInfo: { SizeInMiB: 4096 } });
    await expect(ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['t9.huge' as _InstanceType] }))).rejects.toMatchObject({ name: 'InvalidInstanceType' });
    const { SpotPriceHistory: [price] = [] } = await ec2.send(new DescribeSpotPriceHistoryCommand({ InstanceTypes: ['t3.medium'], AvailabilityZone: 'eu-north-1a', StartTime: new Date(world.now()), ProductDescriptions: ['Linux/UNIX'] }));
    expect(Number(price?.SpotPrice)).toBeGreaterThan(0.01);
    expect(Number(price?.SpotPrice)).toBeLessThan(0.0416);
  });

  it('finds images by owner and pattern, hides deprecated ones, and knows ids of its own region only', async () => {
    const query = { Owners: ['099720109477'], Filters: [{ Name: 'name', Values: ['ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*'] }, { Name: 'architecture', Values: ['x86_64'] }] };
    const { Images = [] } = await ec2.send(new DescribeImagesCommand(query));
    expect(Images.map(({ Name }) => Name?.slice(-8)).sort()).toEqual(['20260612', '20261105']);
    expect(Images[0]).toMatchObject({ State: 'available', EnaSupport: true, RootDeviceName: '/dev/sda1', OwnerId: '099720109477' });
    const rocky = { Owners: ['792107900819'] };
    expect((await ec2.send(new DescribeImagesCommand(rocky))).Images).toEqual([]);
    expect((await ec2.send(new DescribeImagesCommand({ ...rocky, IncludeDeprecated: true }))).Images).toHaveLength(1);
    expect((await ec2.send(new DescribeImagesCommand({ Owners: ['aws-marketplace'] }))).Images?.[0]?.ProductCodes).toHaveLength(1);
    expect((await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }))).Images).toEqual([]);
    const foreign = imageId('noble-24.04-amd64-server-20261105', 'us-east-1');
    await expect(ec2.send(new DescribeImagesCommand({ ImageIds: [foreign] }))).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound', message: `The image id '[${foreign}]' does not exist` });
  });

  it('carries a whole lab from network to nothing', async () => {
    const { vpc, subnet, gateway, group, table } = await network();
    await ec2.send(new ImportKeyPairCommand({ KeyName: 'login', PublicKeyMaterial: Buffer.from(publicKey) }));
    const { Instances: [created] = [] } = await ec2.send(
      launch({
        KeyName: 'login',
        NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnet, Groups: [group], AssociatePublicIpAddress: true }],
        UserData: Buffer.from('#cloud-config\nhostname: lab\n').toString('base64'),
        InstanceInitiatedShutdownBehavior: 'terminate',
        BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 20, VolumeType: 'gp3', Encrypted: true } }],
      }),
    );
    const id = created?.InstanceId ?? '';
    expect(created).toMatchObject({ State: { Name: 'pending' }, VpcId: vpc, SubnetId: subnet, SecurityGroups: [{ GroupId: group, GroupName: 'ssh' }], PrivateIpAddress: '10.0.0.4', KeyName: 'login' });
    expect(created?.PublicIpAddress).toMatch(/^198\.18\./);
    world.advance(60_000);
    const { Reservations: [reservation] = [] } = await ec2.send(new DescribeInstancesCommand({ Filters: [{ Name: 'tag:labtui-session-id', Values: ['s-1'] }, { Name: 'instance-state-name', Values: ['pending', 'running'] }] }));
    expect(reservation?.Instances?.[0]).toMatchObject({ InstanceId: id, State: { Name: 'running', Code: 16 }, Tags: session });
    expect((await ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [id] }))).InstanceStatuses?.[0]?.InstanceStatus?.Status).toBe('ok');
    const { Output = '' } = await ec2.send(new GetConsoleOutputCommand({ InstanceId: id, Latest: true }));
    expect(Buffer.from(Output, 'base64').toString()).toContain('simulated');
    const { Volumes: [volume] = [] } = await ec2.send(new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [id] }] }));
    expect(volume).toMatchObject({ Size: 20, VolumeType: 'gp3', Iops: 3000, Throughput: 125, Encrypted: true, State: 'in-use' });

    await expect(ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }))).rejects.toMatchObject({ name: 'DependencyViolation', message: `resource ${group} has a dependent object` });
    await expect(ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: vpc }))).rejects.toMatchObject({ name: 'DependencyViolation' });
    expect((await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))).TerminatingInstances?.[0]).toMatchObject({ CurrentState: { Name: 'shutting-down' }, PreviousState: { Name: 'running' } });
    await expect(ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }))).rejects.toMatchObject({ name: 'DependencyViolation', message: `The subnet '${subnet}' has dependencies and cannot be deleted.` });
    world.advance(60_000);
    const ended = (await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations?.[0]?.Instances?.[0];
    expect(ended).toMatchObject({ State: { Name: 'terminated' }, StateReason: { Code: 'Client.UserInitiatedShutdown' } });
    expect(ended?.VpcId).toBeUndefined();

    await expect(ec2.send(new DeleteVpcCommand({ VpcId: vpc }))).rejects.toMatchObject({ name: 'DependencyViolation', message: `The vpc '${vpc}' has dependencies and cannot be deleted.` });
    await ec2.send(new DeleteRouteCommand({ RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0' }));
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }));
    await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }));
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: vpc }));
    await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: gateway }));
    await ec2.send(new DeleteVpcCommand({ VpcId: vpc }));
    await ec2.send(new DeleteKeyPairCommand({ KeyName: 'login' }));
    expect((await ec2.send(new DescribeVolumesCommand({}))).Volumes).toEqual([]);
    await expect(ec2.send(new DescribeKeyPairsCommand({ KeyNames: ['login'] }))).rejects.toMatchObject({ name: 'InvalidKeyPair.NotFound', message: "The key pair 'login' does not exist" });
    expect((await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['false'] }] }))).Vpcs).toEqual([]);
    world.advance(3_600_000);
    await expect(ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
  });

  it('shows rules, tags and filters as they were given', async () => {
    const { group, vpc } = await network();
    const { SecurityGroups: [shown] = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [group] }));
    expect(shown?.IpPermissions).toEqual([{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '198.51.100.7/32', Description: 'SSH & <me>' }], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] }]);
    expect(shown?.IpPermissionsEgress).toMatchObject([{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]);
    const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [group] }] }));
    expect(SecurityGroupRules.map(({ SecurityGroupRuleId, IsEgress }) => [SecurityGroupRuleId?.slice(0, 4), IsEgress]).sort()).toEqual([['sgr-', false], ['sgr-', true]]);
    await ec2.send(new CreateTagsCommand({ Resources: [vpc, group], Tags: [{ Key: 'team', Value: 'kernel' }] }));
    const byTag = (value: string) => ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'tag:team', Values: [value] }] })).then(({ Vpcs = [] }) => Vpcs.map(({ VpcId }) => VpcId));
    expect([await byTag('kernel'), await byTag('ker*'), await byTag('k?rnel'), await byTag('kern'), await byTag('KERNEL')]).toEqual([[vpc], [vpc], [vpc], [], []]);
    await ec2.send(new DeleteTagsCommand({ Resources: [vpc], Tags: [{ Key: 'team', Value: 'other' }, { Key: 'labtui-session-id' }] }));
    expect((await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpc] }))).Vpcs?.[0]?.Tags).toEqual([{ Key: 'team', Value: 'kernel' }]);
    await expect(ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'colour', Values: ['red'] }] }))).rejects.toMatchObject({ name: 'InvalidParameterValue', message: "The filter 'colour' is invalid" });
  });

  it('says which regions there are, and finds by a tag of one value in each of them alone', async () => {
    const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }));
    expect(Regions.map(({ RegionName, OptInStatus }) => [RegionName, OptInStatus])).toEqual([['eu-north-1', 'opt-in-not-required'], ['us-east-1', 'opt-in-not-required']]);
    const east = new EC2Client({ region: 'us-east-1', endpoint: server.origin, maxAttempts: 1, credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' } });
    const vpc = (client: EC2Client, value: string) => client.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'labtui', Value: value }] }] })).then(({ Vpc }) => Vpc?.VpcId);
    const [mine, far] = [await vpc(ec2, 'true'), await vpc(east, 'true')];
    await vpc(ec2, 'false');
    const Filters = [{ Name: 'tag:labtui', Values: ['true'] }];
    const found = (client: EC2Client) => client.send(new DescribeVpcsCommand({ Filters })).then(({ Vpcs = [] }) => Vpcs.map(({ VpcId }) => VpcId));
    expect([await found(ec2), await found(east)]).toEqual([[mine], [far]]);
    await world.arm([fault('permission', { region: 'us-east-1', operation: 'DescribeVpcs' })], null);
    await expect(found(east)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    expect(await found(ec2)).toEqual([mine]);
    east.destroy();
  });

  it('gives long listings in pages, and instances of one launch in one reservation', async () => {
    const { Instances = [] } = await ec2.send(launch({ MinCount: 7, MaxCount: 7 }));
    expect(Instances.map(({ AmiLaunchIndex }) => AmiLaunchIndex)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(new Set(Instances.map(({ PublicIpAddress }) => PublicIpAddress)).size).toBe(7);
    const seen: number[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ec2.send(new DescribeInstancesCommand({ MaxResults: 5, NextToken }));
      seen.push(page.Reservations?.flatMap(({ Instances: some = [] }) => some).length ?? 0);
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    expect(seen).toEqual([5, 2]);
  });

  it('stops and starts, and gives an address that stays only where one was allocated', async () => {
    const { Instances: [instance] = [] } = await ec2.send(launch());
    const InstanceIds = [instance?.InstanceId ?? ''];
    const address = async () => (await ec2.send(new DescribeInstancesCommand({ InstanceIds }))).Reservations?.[0]?.Instances?.[0]?.PublicIpAddress;
    world.advance(60_000);
    const first = await address();
    await ec2.send(new StopInstancesCommand({ InstanceIds }));
    world.advance(60_000);
    expect(await address()).toBeUndefined();
    await ec2.send(new StartInstancesCommand({ InstanceIds }));
    world.advance(60_000);
    const second = await address();
    expect(second).toMatch(/^198\.18\./);
    expect(second).not.toBe(first);
    const { AllocationId, PublicIp } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    const { AssociationId } = await ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId: InstanceIds[0] }));
    expect(await address()).toBe(PublicIp);
    await ec2.send(new StopInstancesCommand({ InstanceIds }));
    world.advance(60_000);
    expect(await address()).toBe(PublicIp);
    await expect(ec2.send(new ReleaseAddressCommand({ AllocationId }))).rejects.toMatchObject({ name: 'InvalidIPAddress.InUse' });
    await ec2.send(new DisassociateAddressCommand({ AssociationId }));
    await ec2.send(new ReleaseAddressCommand({ AllocationId }));
    expect((await ec2.send(new DescribeAddressesCommand({}))).Addresses).toEqual([]);
  });

  it('answers a dry run, and does nothing of it', async () => {
    await expect(ec2.send(launch({ DryRun: true }))).rejects.toMatchObject({ name: 'DryRunOperation', $metadata: { httpStatusCode: 412 } });
    await expect(ec2.send(launch({ DryRun: true, KeyName: 'nobody' }))).rejects.toMatchObject({ name: 'InvalidKeyPair.NotFound' });
    expect((await ec2.send(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
  });

  it('refuses in the words of AWS, with its status, and breaks connections, where faults say so', async () => {
    const offered = /choosing eu-north-1[abc]/;
    const subnets = (await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'default-for-az', Values: ['true'] }, { Name: 'availability-zone', Values: ['eu-north-1a'] }] }))).Subnets;
    await world.arm([fault('capacity', { zone: 'eu-north-1a', times: 1 })], null);
    await expect(ec2.send(launch({ SubnetId: subnets?.[0]?.SubnetId }))).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity', $metadata: { httpStatusCode: 500 }, message: expect.stringMatching(offered) as unknown });
    await world.arm([fault('credentials', { times: 1 })], null);
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId', $metadata: { httpStatusCode: 403 } });
    await world.arm([fault('image', { operation: 'DescribeImages', times: 1 })], null);
    expect((await ec2.send(new DescribeImagesCommand({ Owners: ['099720109477'] }))).Images).toEqual([]);
    await world.arm([fault('network', { times: 1 })], null);
    await expect(ec2.send(launch())).rejects.toThrow(/socket hang up|ECONNRESET/);
    await world.arm([fault('answer-lost', { times: 1 })], null);
    await expect(ec2.send(launch())).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect((await ec2.send(new DescribeInstancesCommand({}))).Reservations).toHaveLength(1);
  });

  it('refuses calls without signature, and actions that it does not have', async () => {
    const post = (body: string, headers: Readonly<Record<string, string>> = {}) => fetch(server.origin, { method: 'POST', body: new URLSearchParams(body), headers });
    const anonymous = await post('Action=DescribeVpcs&Version=2016-11-15');
    expect([anonymous.status, await anonymous.text()]).toEqual([403, expect.stringContaining('<Code>MissingAuthenticationToken</Code>')]);
    const unknown = await post('Action=CreateDragon', { authorization: 'AWS4-HMAC-SHA256 Credential=K/20261121/eu-north-1/ec2/aws4_request, Signature=x' });
    expect([unknown.status, await unknown.text()]).toEqual([400, expect.stringContaining('<Code>InvalidAction</Code>')]);
  });
});
