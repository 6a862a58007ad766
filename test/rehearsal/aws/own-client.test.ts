import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAwsApi } from '../../../src/clouds/aws/api.ts';
import type { FetchPort } from '../../../src/clouds/patient-fetch.ts';
import type { CloudApi } from '../../../src/core/cloud.ts';
import type { LabEventBody } from '../../../src/core/events.ts';
import { awsFace } from '../../../src/rehearsal/aws/face/aws-face.ts';
import { allocateAddress, associateAddress } from '../../../src/rehearsal/aws/model/addresses.ts';
import { attachInternetGateway, createInternetGateway } from '../../../src/rehearsal/aws/model/internet-gateways.ts';
import { importKeyPair } from '../../../src/rehearsal/aws/model/key-pairs.ts';
import { usualLaunch } from '../../../src/rehearsal/aws/model/launch-input.ts';
import { createNetworkInterface } from '../../../src/rehearsal/aws/model/network-interfaces.ts';
import { quotaRecord } from '../../../src/rehearsal/aws/model/quotas.ts';
import { associateRouteTable, createRoute, createRouteTable } from '../../../src/rehearsal/aws/model/route-tables.ts';
import { runInstances } from '../../../src/rehearsal/aws/model/run-instances.ts';
import { createSecurityGroup } from '../../../src/rehearsal/aws/model/security-groups.ts';
import { createSubnet } from '../../../src/rehearsal/aws/model/subnets.ts';
import { createVolume } from '../../../src/rehearsal/aws/model/volumes.ts';
import { createVpc } from '../../../src/rehearsal/aws/model/vpcs.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { publicKey, settings, stackPlan } from '../../clouds/aws/stack-inputs.ts';
import { type AwsWorld, awsWorld, caller, fault, imageId, region } from './aws-world.ts';

let world: AwsWorld;
let server: FaceServer;
let api: CloudApi;

/** Waiting is the world's clock going on. */
const port: FetchPort = {
  fetch: (input, init) => fetch(input, init),
  sleep: (ms) => {
    world.advance(ms);
    return Promise.resolve();
  },
  random: () => 0,
};

beforeEach(async () => {
  world = awsWorld();
  server = await serveFaces({ world, faces: [awsFace], caller });
  api = await openAwsApi({ region, settings: settings(), simulatedAt: server.origin }, {}, port);
});
afterEach(async () => {
  api.close();
  await server.close();
});

const nobodyHears = (): void => undefined;

describe("labtui's own client on the simulated AWS", () => {
  it('knows who it is, and finds image, type, zone and the default network', async () => {
    expect(await api.whoAmI()).toEqual({ account: '000000000000', principal: 'arn:aws:iam::000000000000:user/rehearsal' });
    const found = await api.lookup(stackPlan({ network: 'default' }), 's-1', nobodyHears);
    expect(found).toMatchObject({ account: '000000000000', region, image: { id: imageId('noble-24.04-amd64-server-20261105'), minDiskGb: 8 }, instanceType: 't3a.medium' });
    expect(found.zone).toMatch(/^eu-north-1[abc]$/);
    expect(found.networkIds?.subnetId).toMatch(/^subnet-/);
  });

  it('reads refusals as those of the real one', async () => {
    await world.arm([fault('image')], null);
    await expect(api.lookup(stackPlan(), 's-1', nobodyHears)).rejects.toMatchObject({ problem: { kind: 'image' } });
    await world.disarm(null);
    await world.arm([fault('credentials')], null);
    await expect(api.whoAmI()).rejects.toMatchObject({ problem: { kind: 'credentials', code: 'InvalidClientTokenId' } });
  });

  it('lists what a session left, among thousands of others', async () => {
    await world.ec2('RunInstances', (ec2) => {
      createVpc(ec2, { cidrBlock: '10.0.0.0/16', tags: { 'labtui-session-id': 's-1' } });
      for (let n = 0; n < 10_000; n += 1) {
        ec2.tx.put({ cloud: 'aws', kind: 'volume', id: `vol-${n}`, name: null, region, zone: `${region}a`, tags: { 'labtui-session-id': `other-${n}` }, createdAtMs: 0, props: { sizeGb: 8, volumeType: 'gp3', attachments: [] } });
      }
      runInstances(ec2, { ...usualLaunch(imageId('debian-12'), 't3.medium'), tags: { instance: { 'labtui-session-id': 's-1', Name: 'vm' } } });
    });
    const left = await api.listBySession('s-1');
    expect(left.map(({ type, name }) => [type, name]).sort()).toEqual([['aws_instance', 'vm'], ['aws_vpc', null]]);
  });

  it('knows before anything is made what the account has no quota for', async () => {
    const raise = (quota: 'standardVcpus' | 'vpcs', value: number) => world.ec2('RunInstances', (ec2) => ec2.tx.put(quotaRecord(region, quota, value, ec2.tx.nowMs)));
    await raise('standardVcpus', 5);
    await world.ec2('RunInstances', (ec2) => runInstances(ec2, { ...usualLaunch(imageId('debian-12'), 't3.medium'), minCount: 2, maxCount: 2 }));
    await expect(api.lookup(stackPlan(), 's-1', nobodyHears)).rejects.toMatchObject({
      problem: { kind: 'quota', code: 'L-1216C47A', summary: expect.stringContaining('has 1 of 5 vCPU left in eu-north-1, the lab needs 2') as string },
    });
    await raise('standardVcpus', 6);
    await raise('vpcs', 1);
    await expect(api.lookup(stackPlan(), 's-1', nobodyHears)).rejects.toMatchObject({ problem: { kind: 'quota', code: 'L-F678F1CE' } });
    await raise('vpcs', 2);
    expect((await api.lookup(stackPlan(), 's-1', nobodyHears)).vcpu).toBe(2);
  });

  it('goes on without the quotas where it may not read them', async () => {
    await world.arm([fault('permission', { operation: 'GetServiceQuota' })], null);
    const events: LabEventBody[] = [];
    expect((await api.lookup(stackPlan(), 's-1', (body) => events.push(body))).vcpu).toBe(2);
    expect(events).toContainEqual({ type: 'log', level: 'debug', message: expect.stringMatching(/"VPCs per Region" \(L-F678F1CE\) cannot be read.*AccessDeniedException: the credentials may not servicequotas:GetServiceQuota/) as string });
  });

  it('reads what a machine has written to its console, of new types and of old ones', async () => {
    for (const type of ['t3.medium', 't2.medium']) {
      const [machine] = await world.ec2('RunInstances', (ec2) => runInstances(ec2, usualLaunch(imageId('debian-12'), type)));
      const id = machine?.id ?? '';
      expect(await api.consoleOutput?.(id), type).toBe('');
      world.advance(60_000);
      expect(await api.consoleOutput?.(id), type).toMatch(/Linux version/);
    }
    await expect(api.consoleOutput?.('i-00000000000000000')).rejects.toMatchObject({ problem: { kind: 'not-found', code: 'InvalidInstanceID.NotFound' } });
  });

  it('deletes what a session left, to nothing, and leaves what is of others', async () => {
    const tags = { 'labtui-session-id': 's-1' };
    await world.ec2('RunInstances', (ec2) => {
      const vpc = createVpc(ec2, { cidrBlock: '10.0.0.0/16', tags });
      const subnet = createSubnet(ec2, { vpcId: vpc.id, cidrBlock: '10.0.0.0/24', availabilityZone: `${region}a`, tags });
      const gateway = createInternetGateway(ec2, tags);
      attachInternetGateway(ec2, gateway.id, vpc.id);
      const table = createRouteTable(ec2, { vpcId: vpc.id, tags });
      createRoute(ec2, { routeTableId: table.id, destination: '0.0.0.0/0', gatewayId: gateway.id });
      associateRouteTable(ec2, table.id, subnet.id);
      const group = createSecurityGroup(ec2, { name: 'lab', description: 'SSH', vpcId: vpc.id, tags });
      importKeyPair(ec2, { name: 'lab-aws', publicKey, tags });
      createVolume(ec2, { zone: `${region}a`, sizeGb: 8, tags });
      const spare = createNetworkInterface(ec2, { subnetId: subnet.id, groupIds: [group.id], tags });
      associateAddress(ec2, allocateAddress(ec2, tags).id, { networkInterfaceId: spare.id });
      allocateAddress(ec2, tags);
      const spot = { maxPrice: null, type: 'one-time', interruption: 'terminate', validUntil: null } as const;
      const kinds = { instance: tags, volume: tags, 'network-interface': tags, 'spot-instances-request': tags };
      runInstances(ec2, { ...usualLaunch(imageId('debian-12'), 't3.medium'), subnetId: subnet.id, groupIds: [group.id], keyName: 'lab-aws', associatePublicIp: true, spot, tags: kinds });
      createVpc(ec2, { cidrBlock: '10.1.0.0/16', tags: { 'labtui-session-id': 's-2' } });
    });
    world.advance(60_000);
    const found = await api.listBySession('s-1');
    expect([...new Set(found.map(({ type }) => type))].sort()).toEqual([
      ...['aws_ebs_volume', 'aws_eip', 'aws_instance', 'aws_internet_gateway', 'aws_key_pair', 'aws_network_interface', 'aws_route_table'],
      ...['aws_security_group', 'aws_spot_instance_request', 'aws_subnet', 'aws_vpc'],
    ]);
    expect(await api.deleteLeftovers?.(found)).toEqual([]);
    expect(await api.listBySession('s-1')).toEqual([]);
    expect((await api.listBySession('s-2')).map(({ type }) => type)).toEqual(['aws_vpc']);
  });

  it('says what it could not delete, and why', async () => {
    const tags = { 'labtui-session-id': 's-1' };
    await world.ec2('RunInstances', (ec2) => {
      const vpc = createVpc(ec2, { cidrBlock: '10.0.0.0/16', tags });
      createSubnet(ec2, { vpcId: vpc.id, cidrBlock: '10.0.0.0/24', availabilityZone: `${region}a` });
      runInstances(ec2, { ...usualLaunch(imageId('debian-12'), 't3.medium'), disableApiTermination: true, tags: { instance: tags } });
    });
    const undeleted = await api.deleteLeftovers?.(await api.listBySession('s-1'));
    expect(undeleted?.map(({ resource, problem }) => [resource.type, problem.code])).toEqual([
      ['aws_instance', 'OperationNotPermitted'],
      ['aws_vpc', 'DependencyViolation'],
    ]);
  });
});
