import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAwsApi } from '../../src/clouds/aws/api.ts';
import type { LabEventBody } from '../../src/core/events.ts';
import { amis } from '../support/ec2/ami-catalogue.ts';
import { elementsOf } from '../support/ec2/call-ec2.ts';
import { missingTools } from '../support/ec2/missing-tools.ts';
import { type Ec2Bench, startEc2 } from '../support/ec2/start-ec2.ts';
import { skipLoudly } from '../support/labtui.ts';
import { settings, stackPlan } from '../clouds/aws/stack-inputs.ts';

const skip = skipLoudly('the AWS API against an emulated EC2', await missingTools(['moto_server']));

describe.skipIf(skip)('the AWS API against an emulated EC2', () => {
  let ec2: Ec2Bench;
  const events: LabEventBody[] = [];
  const emit = (body: LabEventBody) => void events.push(body);
  const open = (region: string | null = ec2.region) => openAwsApi({ region, settings: settings({ endpoint: ec2.endpoint }) }, ec2.env);

  beforeAll(async () => {
    ec2 = await startEc2();
  });
  afterAll(() => ec2.stop());

  it('says who is asking', async () => {
    const api = await open();
    expect(await api.whoAmI()).toEqual({ account: '123456789012', principal: expect.stringContaining('arn:aws:') });
    api.close();
  });

  it('pins region, zone, type and the newest image of the real owner', async () => {
    const api = await open(null);
    const found = await api.lookup(stackPlan(), 'kernel-lab-x7k2p9', emit);
    const newest = amis.find(({ name, owner }) => owner === '099720109477' && name.endsWith('noble-24.04-amd64-server-20261105'));
    expect(found).toMatchObject({
      account: '123456789012',
      region: 'eu-north-1',
      zone: expect.stringMatching(/^eu-north-1[abc]$/),
      image: { id: newest?.id, owner: '099720109477', minDiskGb: 8 },
      hourlyPrice: 0.0416,
      currency: 'USD',
      priceRegion: 'us-east-1',
      networkIds: null,
    });
    // eu-north-1 has no t3a: the next type of the tier is taken, and said.
    expect(found.instanceType).toBe('t3.medium');
    expect(events).toContainEqual({ type: 'fallback', from: 't3a.medium', to: 't3.medium', reason: 't3a.medium is not offered in eu-north-1' });
    expect((await api.lookup(stackPlan(), 'kernel-lab-x7k2p9', emit)).zone).toBe(found.zone);
    api.close();
  });

  it('finds the default network, and refuses what is not there', async () => {
    const api = await open();
    const { networkIds, zone } = await api.lookup(stackPlan({ network: 'default' }), 's', emit);
    const subnets = await ec2.call('DescribeSubnets', { 'SubnetId.1': networkIds?.subnetId ?? '' });
    expect(elementsOf(subnets, 'availabilityZone')).toEqual([zone]);
    expect(elementsOf(subnets, 'vpcId')).toEqual([networkIds?.vpcId]);

    const refusal = (change: Parameters<typeof stackPlan>[0], aws: Parameters<typeof stackPlan>[1] = {}, cloudKeyName: string | null = null) =>
      api.lookup(stackPlan(change, aws), 's', emit, { cloudKeyName }).then(
        () => 'found',
        (error: unknown) => (error instanceof Error ? error.message : error),
      );
    expect(await refusal({ zone: 'eu-north-1x' })).toBe('eu-north-1 has no zone "eu-north-1x" that the account may use');
    expect(await refusal({ imagePin: 'ami-0123456789abcdef0' })).toBe('the image ami-0123456789abcdef0 does not exist in this region');
    expect(await refusal({}, { subnetId: 'subnet-0123456789abcdef0' })).toBe('aws.subnetId: no subnet subnet-0123456789abcdef0 in eu-north-1');
    expect(await refusal({}, {}, 'nobody')).toBe('ssh.key: no key pair "nobody" in eu-north-1');
    const custom = { type: 't9.medium', arch: 'amd64', vcpu: null, memoryGb: null, hourlyPrice: null, currency: 'USD', priceRegion: null, priceDate: null, rank: 1, tiers: [], confidence: 'low' } as const;
    expect(await refusal({ instanceTypes: [custom], typeNamedByUser: true })).toBe('AWS has no instance type "t9.medium" in this region, did you mean "t3.medium"?');
    expect(await refusal({ instanceTypes: [{ ...custom, type: 't4g.medium' }], typeNamedByUser: true })).toBe('t4g.medium has the architecture arm64, not x86_64');
    api.close();
  });

  it('fills in size of a type the catalogue does not know', async () => {
    const api = await open();
    const type = { type: 'm6i.4xlarge', arch: 'amd64', vcpu: null, memoryGb: null, hourlyPrice: null, currency: 'USD', priceRegion: null, priceDate: null, rank: 1, tiers: [], confidence: 'low' } as const;
    expect(await api.lookup(stackPlan({ instanceTypes: [type], typeNamedByUser: true }), 's', emit)).toMatchObject({ instanceType: 'm6i.4xlarge', vcpu: 16, memoryGb: 64, hourlyPrice: null });
    api.close();
  });

  it('lists what carries the tag, whatever its kind, and nothing else', async () => {
    const tag = (type: string, id: string) => ({
      'TagSpecification.1.ResourceType': type,
      'TagSpecification.1.Tag.1.Key': 'labtui-session-id',
      'TagSpecification.1.Tag.1.Value': id,
      'TagSpecification.1.Tag.2.Key': 'Name',
      'TagSpecification.1.Tag.2.Value': 'mine',
    });
    const [vpcId = ''] = elementsOf(await ec2.call('CreateVpc', { CidrBlock: '10.9.0.0/16', ...tag('vpc', 'list-me-aaaaaa') }), 'vpcId');
    await ec2.call('CreateVpc', { CidrBlock: '10.8.0.0/16', ...tag('vpc', 'not-me-aaaaaa') });
    await ec2.call('CreateKeyPair', { KeyName: 'list-me', ...tag('key-pair', 'list-me-aaaaaa') });
    const [volumeId = ''] = elementsOf(await ec2.call('CreateVolume', { AvailabilityZone: 'eu-north-1a', Size: '1', ...tag('volume', 'list-me-aaaaaa') }), 'volumeId');
    const api = await open();
    const seen = { name: 'mine', region: 'eu-north-1', seenBy: 'listing' };
    expect([...(await api.listBySession('list-me-aaaaaa'))].sort((a, b) => a.type.localeCompare(b.type))).toEqual([
      { type: 'aws_ebs_volume', id: volumeId, ...seen },
      { type: 'aws_key_pair', id: 'list-me', ...seen },
      { type: 'aws_vpc', id: vpcId, ...seen },
    ]);
    expect(await api.listBySession('nobody-aaaaaa')).toEqual([]);
    api.close();
  });

  it("finds what carries labtui's marker in every region, whoever made it, and names the region that refuses", async () => {
    const tag = (type: string, tags: Readonly<Record<string, string>>) => ({
      'TagSpecification.1.ResourceType': type,
      ...Object.fromEntries(Object.entries(tags).flatMap(([key, value], index) => [[`TagSpecification.1.Tag.${index + 1}.Key`, key], [`TagSpecification.1.Tag.${index + 1}.Value`, value]])),
    });
    const mark = (id: string) => ({ labtui: 'true', 'labtui-session-id': id, 'labtui-owner': 'ada@desk', 'labtui-timestamp': '2026-11-20T10:00:00.000Z', 'labtui-expires': 'never' });
    const [vpcId = ''] = elementsOf(await ec2.call('CreateVpc', { CidrBlock: '10.6.0.0/16', ...tag('vpc', mark('marked-aaaaaa')) }), 'vpcId');
    await ec2.call('CreateVpc', { CidrBlock: '10.5.0.0/16', ...tag('vpc', { labtui: 'false' }) });
    await ec2.call('CreateKeyPair', { KeyName: 'marked', ...tag('key-pair', mark('marked-bbbbbb')) });
    const api = await open();
    const everywhere = await api.listMarked?.('everywhere');
    const seen = { region: 'eu-north-1', seenBy: 'listing', name: null, owner: 'ada@desk', createdAt: '2026-11-20T10:00:00.000Z', expiresAt: 'never' };
    expect(everywhere?.unanswered).toEqual([]);
    expect(everywhere?.regions).toContain('us-east-1');
    expect([...(everywhere?.found ?? [])].sort((a, b) => a.type.localeCompare(b.type))).toEqual([
      { type: 'aws_key_pair', id: 'marked', sessionId: 'marked-bbbbbb', ...seen },
      { type: 'aws_vpc', id: vpcId, sessionId: 'marked-aaaaaa', ...seen },
    ]);
    expect((await api.listMarked?.(['eu-west-1']))?.found).toEqual([]);

    ec2.inject({ action: 'DescribeVpcs', code: 'UnauthorizedOperation', message: 'You are not authorized to perform this operation.', status: 403 });
    expect(await api.listMarked?.(['eu-north-1'])).toMatchObject({ found: [], regions: [], unanswered: [{ region: 'eu-north-1', problem: { kind: 'permission' } }] });
    ec2.clearFaults();
    expect(await api.deleteLeftovers?.(everywhere?.found ?? [])).toEqual([]);
    expect((await api.listMarked?.([ec2.region]))?.found).toEqual([]);
    api.close();
  });

  it('goes on where Service Quotas knows nothing, and says so to who looks for it', async () => {
    const said: LabEventBody[] = [];
    const api = await open();
    expect((await api.lookup(stackPlan(), 's', (body) => said.push(body))).instanceType).toBe('t3.medium');
    const unread = said.flatMap((event) => (event.type === 'log' && event.level === 'debug' ? [event.message] : []));
    // moto knows the quotas of VPCs, but not those of EC2.
    expect(unread).toEqual([expect.stringMatching(/^the quota "Running On-Demand Standard [^"]+" \(L-1216C47A\) cannot be read, so it is not checked \(NoSuchResourceException: /)]);
    api.close();
  });

  it('reads the console of an instance, and deletes what is left of a session, to nothing', async () => {
    const session = 'leftover-aaaaaa';
    const tag = (type: string, at = 1) => ({ [`TagSpecification.${at}.ResourceType`]: type, [`TagSpecification.${at}.Tag.1.Key`]: 'labtui-session-id', [`TagSpecification.${at}.Tag.1.Value`]: session });
    const made = async (action: string, params: Readonly<Record<string, string>>, id: string) => elementsOf(await ec2.call(action, params), id)[0] ?? '';
    const vpcId = await made('CreateVpc', { CidrBlock: '10.7.0.0/16', ...tag('vpc') }, 'vpcId');
    const subnetId = await made('CreateSubnet', { VpcId: vpcId, CidrBlock: '10.7.1.0/24', ...tag('subnet') }, 'subnetId');
    const gatewayId = await made('CreateInternetGateway', tag('internet-gateway'), 'internetGatewayId');
    await ec2.call('AttachInternetGateway', { InternetGatewayId: gatewayId, VpcId: vpcId });
    const tableId = await made('CreateRouteTable', { VpcId: vpcId, ...tag('route-table') }, 'routeTableId');
    await ec2.call('AssociateRouteTable', { RouteTableId: tableId, SubnetId: subnetId });
    const groupId = await made('CreateSecurityGroup', { GroupName: 'left', GroupDescription: 'left', VpcId: vpcId, ...tag('security-group') }, 'groupId');
    await ec2.call('CreateKeyPair', { KeyName: 'left', ...tag('key-pair') });
    await ec2.call('AllocateAddress', { Domain: 'vpc', ...tag('elastic-ip') });
    await ec2.call('CreateVolume', { AvailabilityZone: 'eu-north-1a', Size: '1', ...tag('volume') });
    await ec2.call('CreateNetworkInterface', { SubnetId: subnetId, 'SecurityGroupId.1': groupId, ...tag('network-interface') });
    const ami = amis.find(({ name }) => name.includes('noble-24.04-amd64-server-20261105'))?.id ?? '';
    const instanceId = await made('RunInstances', { ImageId: ami, InstanceType: 't3.medium', MinCount: '1', MaxCount: '1', SubnetId: subnetId, 'SecurityGroupId.1': groupId, ...tag('instance') }, 'instanceId');

    const api = await open();
    expect(await api.consoleOutput?.(instanceId)).toContain('Linux version');
    const found = await api.listBySession(session);
    expect(new Set(found.map(({ type }) => type)).size).toBe(10);
    expect(await api.deleteLeftovers?.(found)).toEqual([]);
    expect(await api.listBySession(session)).toEqual([]);
    api.close();
  });

  it('says in its own words when EC2 refuses or does not answer', async () => {
    ec2.inject({ action: 'DescribeVpcs', code: 'UnauthorizedOperation', message: 'You are not authorized to perform this operation.', status: 403 });
    const api = await open();
    await expect(api.listBySession('x-aaaaaa')).rejects.toMatchObject({ problem: { kind: 'permission', code: 'UnauthorizedOperation' } });
    ec2.clearFaults();
    // A cut connection is tried again.
    ec2.inject({ action: 'DescribeVpcs', drop: 'before', calls: [1] });
    expect(await api.listBySession('x-aaaaaa')).toEqual([]);
    ec2.clearFaults();
    api.close();
    const nowhere = await openAwsApi({ region: 'eu-north-1', settings: settings({ endpoint: 'http://127.0.0.1:1' }) }, ec2.env);
    await expect(nowhere.whoAmI()).rejects.toMatchObject({ problem: { kind: 'network', summary: '127.0.0.1:1 cannot be reached' } });
    nowhere.close();
  });
});
