import { generateKeyPairSync } from 'node:crypto';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { CloudError } from '../../../src/rehearsal/engine/cloud-error.ts';
import { refusals, type Refusal } from '../../../src/rehearsal/engine/fault.ts';
import type { SimResource } from '../../../src/rehearsal/engine/resource.ts';
import { allocateAddress } from '../../../src/rehearsal/aws/model/addresses.ts';
import { all, type Ec2 } from '../../../src/rehearsal/aws/model/ec2.ts';
import { terminateInstances } from '../../../src/rehearsal/aws/model/instance-life.ts';
import { attachInternetGateway, createInternetGateway } from '../../../src/rehearsal/aws/model/internet-gateways.ts';
import { importKeyPair } from '../../../src/rehearsal/aws/model/key-pairs.ts';
import { type LaunchDisk, type LaunchInput, usualLaunch } from '../../../src/rehearsal/aws/model/launch-input.ts';
import { modifyInstance } from '../../../src/rehearsal/aws/model/modify-instance.ts';
import { type Operation, operations } from '../../../src/rehearsal/aws/model/operations.ts';
import { quotaRecord } from '../../../src/rehearsal/aws/model/quotas.ts';
import { createRoute } from '../../../src/rehearsal/aws/model/route-tables.ts';
import { runInstances } from '../../../src/rehearsal/aws/model/run-instances.ts';
import { authorize } from '../../../src/rehearsal/aws/model/security-group-rules.ts';
import { createSecurityGroup, deleteSecurityGroup } from '../../../src/rehearsal/aws/model/security-groups.ts';
import { instanceTypes, zonesOffering } from '../../../src/rehearsal/aws/model/instance-types.ts';
import { importKey } from '../../../src/rehearsal/aws/model/ssh-public-keys.ts';
import { createSubnet } from '../../../src/rehearsal/aws/model/subnets.ts';
import { createTags } from '../../../src/rehearsal/aws/model/tags.ts';
import { createVolume, deleteVolume, volumesOf } from '../../../src/rehearsal/aws/model/volumes.ts';
import { createVpc, partsOf } from '../../../src/rehearsal/aws/model/vpcs.ts';
import { classify } from '../../../src/clouds/aws/errors.ts';
import { publicKey } from '../../clouds/aws/stack-inputs.ts';
import { awsWorld, catalogue, caller, fault, imageId, region } from './aws-world.ts';

const ubuntu = imageId('noble-24.04-amd64-server-20261105');
const launch = (changes: Partial<LaunchInput> = {}): LaunchInput => ({ ...usualLaunch(ubuntu, 't3.medium'), ...changes });
const disk = (changes: Partial<LaunchDisk>): LaunchDisk => ({ deviceName: '/dev/sda1', sizeGb: null, type: null, iops: null, throughput: null, encrypted: null, kmsKeyId: null, deleteOnTermination: null, snapshotId: null, ...changes });
const spot = { maxPrice: null, type: 'one-time', interruption: 'terminate', validUntil: null } as const;

interface Lab {
  readonly vpc: SimResource;
  readonly subnet: SimResource;
  readonly gateway: SimResource;
  readonly group: SimResource;
}

/** A network, a key, and the quotas of a new account. */
function lab(ec2: Ec2): Lab {
  const quotas = { vpcs: 5, elasticIps: 5, standardVcpus: 256, standardSpotVcpus: 256 } as const;
  for (const quota of ['vpcs', 'elasticIps', 'standardVcpus', 'standardSpotVcpus'] as const) ec2.tx.put(quotaRecord(region, quota, quotas[quota], ec2.tx.nowMs));
  const vpc = createVpc(ec2, { cidrBlock: '10.0.0.0/16' });
  const gateway = createInternetGateway(ec2);
  attachInternetGateway(ec2, gateway.id, vpc.id);
  const subnet = createSubnet(ec2, { vpcId: vpc.id, cidrBlock: '10.0.0.0/24', availabilityZone: 'eu-north-1a' });
  const group = createSecurityGroup(ec2, { name: 'ssh', description: 'SSH', vpcId: vpc.id });
  importKeyPair(ec2, { name: 'login', publicKey });
  return { vpc, subnet, gateway, group };
}

type Row = readonly [title: string, work: (ec2: Ec2, lab: Lab) => unknown, code: string, message: string | RegExp];

const rows: readonly Row[] = [
  ['a VPC too large', (ec2) => createVpc(ec2, { cidrBlock: '10.0.0.0/8' }), 'InvalidVpc.Range', "The CIDR '10.0.0.0/8' is invalid."],
  ['a sixth VPC', (ec2) => [4, 5, 6, 7].map((n) => createVpc(ec2, { cidrBlock: `10.${n}.0.0/16` })), 'VpcLimitExceeded', 'The maximum number of VPCs has been reached.'],
  ['a subnet outside of its VPC', (ec2, { vpc }) => createSubnet(ec2, { vpcId: vpc.id, cidrBlock: '10.1.0.0/24' }), 'InvalidSubnet.Range', "The CIDR '10.1.0.0/24' is invalid."],
  ['a subnet over another', (ec2, { vpc }) => createSubnet(ec2, { vpcId: vpc.id, cidrBlock: '10.0.0.128/25' }), 'InvalidSubnet.Conflict', "The CIDR '10.0.0.128/25' conflicts with another subnet"],
  ['a subnet in a foreign zone', (ec2, { vpc }) => createSubnet(ec2, { vpcId: vpc.id, cidrBlock: '10.0.1.0/24', availabilityZone: 'us-east-1a' }), 'InvalidParameterValue', /eu-north-1a, eu-north-1b, eu-north-1c/],
  ['a second gateway', (ec2, { vpc }) => attachInternetGateway(ec2, createInternetGateway(ec2).id, vpc.id), 'InvalidParameterValue', /already has an internet gateway attached/],
  [
    'a route to the gateway of another VPC',
    (ec2, { gateway }) => createRoute(ec2, { routeTableId: partsOf(ec2, createVpc(ec2, { cidrBlock: '10.9.0.0/16' }).id).mainRouteTable?.id ?? '', destination: '0.0.0.0/0', gatewayId: gateway.id }),
    'InvalidParameterValue',
    /belong to different networks/,
  ],
  [
    'a route twice',
    (ec2, { vpc, gateway }) => [1, 2].map(() => createRoute(ec2, { routeTableId: partsOf(ec2, vpc.id).mainRouteTable?.id ?? '', destination: '0.0.0.0/0', gatewayId: gateway.id })),
    'RouteAlreadyExists',
    'The route identified by 0.0.0.0/0 already exists.',
  ],
  ['a group of a name that is taken', (ec2, { vpc }) => createSecurityGroup(ec2, { name: 'ssh', description: 'x', vpcId: vpc.id }), 'InvalidGroup.Duplicate', /The security group 'ssh' already exists for VPC 'vpc-/],
  ['a group with a name of other letters', (ec2, { vpc }) => createSecurityGroup(ec2, { name: 'grün', description: 'x', vpcId: vpc.id }), 'InvalidParameterValue', /GroupName is invalid/],
  ['the default group deleted', (ec2, { vpc }) => deleteSecurityGroup(ec2, partsOf(ec2, vpc.id).defaultGroup?.id ?? ''), 'CannotDelete', /cannot be deleted by a user/],
  [
    'a rule twice',
    (ec2, { group }) => [1, 2].map(() => authorize(ec2, [{ groupId: group.id, egress: false, protocol: 'tcp', fromPort: 22, toPort: 22, cidrIpv4: '0.0.0.0/0' }])),
    'InvalidPermission.Duplicate',
    'the specified rule "peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW" already exists',
  ],
  ['a rule without ports', (ec2, { group }) => authorize(ec2, [{ groupId: group.id, egress: false, protocol: 'tcp', fromPort: 30, toPort: 20, cidrIpv4: '0.0.0.0/0' }]), 'InvalidParameterValue', /Invalid TCP\/UDP port range \(30:20\)/],
  ['a rule for no range', (ec2, { group }) => authorize(ec2, [{ groupId: group.id, egress: false, protocol: 'tcp', fromPort: 22, toPort: 22, cidrIpv4: '10.0.0.1/24' }]), 'InvalidParameterValue', 'CIDR block 10.0.0.1/24 is malformed'],
  ['a key of a name that is taken', (ec2) => importKeyPair(ec2, { name: 'login', publicKey }), 'InvalidKeyPair.Duplicate', 'The keypair already exists'],
  ['a key that is none', (ec2) => importKeyPair(ec2, { name: 'other', publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA labtui' }), 'InvalidKey.Format', 'Key is not in valid OpenSSH public key format'],
  ['an image that is not there', (ec2) => runInstances(ec2, launch({ imageId: 'ami-00000000000000000' })), 'InvalidAMIID.NotFound', "The image id '[ami-00000000000000000]' does not exist"],
  ['an image of another region', (ec2) => runInstances(ec2, launch({ imageId: imageId('noble-24.04-amd64-server-20261105', 'us-east-1') })), 'InvalidAMIID.NotFound', /does not exist/],
  ['no image id at all', (ec2) => runInstances(ec2, launch({ imageId: 'ubuntu' })), 'InvalidAMIID.Malformed', 'Invalid id: "ubuntu" (expecting "ami-...")'],
  ['an image for another architecture', (ec2) => runInstances(ec2, launch({ instanceType: 't4g.medium' })), 'InvalidParameterValue', /'arm64' of the specified instance type does not match the architecture 'x86_64'/],
  ['a type that nobody has', (ec2) => runInstances(ec2, launch({ instanceType: 't9.huge' })), 'InvalidParameterValue', "Invalid value 't9.huge' for InstanceType."],
  ['a key that is not there', (ec2) => runInstances(ec2, launch({ keyName: 'nobody' })), 'InvalidKeyPair.NotFound', "The key pair 'nobody' does not exist"],
  ['a subnet that is not there', (ec2) => runInstances(ec2, launch({ subnetId: 'subnet-1' })), 'InvalidSubnetID.NotFound', "The subnet ID 'subnet-1' does not exist"],
  ['a group of another VPC', (ec2, { group }) => runInstances(ec2, launch({ groupIds: [group.id] })), 'InvalidParameter', /Security group sg-\w+ and subnet subnet-\w+ belong to different networks\./],
  ['user data over 16 KB', (ec2) => runInstances(ec2, launch({ userData: Buffer.alloc(16_385, 'x').toString('base64') })), 'InvalidParameterValue', 'User data is limited to 16384 bytes'],
  ['user data in clear', (ec2) => runInstances(ec2, launch({ userData: '#!/bin/sh' })), 'InvalidParameterValue', 'Invalid BASE64 encoding of user data'],
  ['an address that is taken', (ec2, { subnet }) => [1, 2].map(() => runInstances(ec2, launch({ subnetId: subnet.id, privateIp: '10.0.0.9' }))), 'InvalidIPAddress.InUse', 'Address 10.0.0.9 is in use.'],
  ['an address of EC2’s own', (ec2, { subnet }) => runInstances(ec2, launch({ subnetId: subnet.id, privateIp: '10.0.0.3' })), 'InvalidParameterValue', /does not fall within the subnet's address range/],
  [
    'more instances than a subnet has addresses',
    (ec2, { vpc }) => runInstances(ec2, launch({ subnetId: createSubnet(ec2, { vpcId: vpc.id, cidrBlock: '10.0.1.0/28', availabilityZone: 'eu-north-1a' }).id, minCount: 12, maxCount: 12 })),
    'InsufficientFreeAddressesInSubnet',
    /does not have enough free addresses/,
  ],
  ['more vCPUs than the quota', (ec2) => runInstances(ec2, launch({ minCount: 129, maxCount: 129 })), 'VcpuLimitExceeded', /your current vCPU limit of 256 allows/],
  ['more spot vCPUs than the quota', (ec2) => runInstances(ec2, launch({ minCount: 129, maxCount: 129, spot })), 'MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded'],
  ['a spot price that is too low', (ec2) => runInstances(ec2, launch({ spot: { ...spot, maxPrice: '0.001' } })), 'SpotMaxPriceTooLow', /^Your Spot request price of 0\.001 is lower than the minimum required Spot request fulfillment price of 0\.01\d+\.$/],
  ['a disk smaller than its image', (ec2) => runInstances(ec2, launch({ disks: [disk({ sizeGb: 4 })] })), 'InvalidBlockDeviceMapping', /^Volume of size 4GB is smaller than snapshot 'snap-\w+', expect size>= 8GB$/],
  ['more IOPS than gp3 has', (ec2) => createVolume(ec2, { zone: 'eu-north-1a', sizeGb: 400, type: 'gp3', iops: 90_000 }), 'InvalidParameterValue', 'Volume iops of 90000 is too high; maximum is 80000.'],
  ['more IOPS than that size has', (ec2) => createVolume(ec2, { zone: 'eu-north-1a', sizeGb: 10, type: 'gp3', iops: 6_000 }), 'InvalidParameterValue', /^Iops to volume size ratio of 600\.000000 is too high/],
  ['io2 without IOPS', (ec2) => createVolume(ec2, { zone: 'eu-north-1a', sizeGb: 10, type: 'io2' }), 'MissingParameter', /iops/],
  ['a volume in use deleted', (ec2) => deleteVolume(ec2, volumesOf(ec2, runInstances(ec2, launch())[0]?.id ?? '')[0]?.volume.id ?? ''), 'VolumeInUse', /^Volume vol-\w+ is currently attached to i-\w+$/],
  ['a protected instance terminated', (ec2) => terminateInstances(ec2, runInstances(ec2, launch({ disableApiTermination: true })).map(({ id }) => id)), 'OperationNotPermitted', /may not be terminated\. Modify its 'disableApiTermination'/],
  ['another type for a running instance', (ec2) => modifyInstance(ec2, runInstances(ec2, launch())[0]?.id ?? '', { instanceType: 't3.large' }), 'IncorrectInstanceState', /is not in the 'stopped' state/],
  ['a sixth address', (ec2) => Array.from({ length: 6 }, () => allocateAddress(ec2)), 'AddressLimitExceeded', 'The maximum number of addresses has been reached.'],
  ['a tag of AWS’s own', (ec2, { vpc }) => createTags(ec2, [vpc.id], { 'aws:x': 'y' }), 'InvalidParameterValue', /reserved for internal use/],
  ['more than 50 tags', (ec2, { vpc }) => createTags(ec2, [vpc.id], Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, '']))), 'TagLimitExceeded', /50/],
];

describe('the rules of EC2', () => {
  it.each(rows)('refuses %s', async (_title, work, code, message) => {
    const world = awsWorld();
    const error: unknown = await world.ec2('RunInstances', (ec2) => work(ec2, lab(ec2))).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(CloudError);
    expect(error).toMatchObject({ code, message: typeof message === 'string' ? message : (expect.stringMatching(message) as unknown) });
  });

  it('makes a default network in each region at the first call, and only once', async () => {
    const world = awsWorld();
    const [vpc] = await world.ec2('DescribeVpcs', (ec2) => all(ec2, 'vpc'));
    expect(vpc?.props).toMatchObject({ cidrBlock: '172.31.0.0/16', isDefault: true, enableDnsHostnames: true });
    const subnets = await world.ec2('DescribeSubnets', (ec2) => all(ec2, 'subnet'));
    expect(subnets.map(({ zone, props }) => [zone, props.cidrBlock])).toEqual([['eu-north-1a', '172.31.0.0/20'], ['eu-north-1b', '172.31.16.0/20'], ['eu-north-1c', '172.31.32.0/20']]);
    expect(await world.read((tx) => tx.list('aws').filter((each) => each.region === 'us-east-1'))).toEqual([]);
  });

  it('offers most types in every zone, a few in all but one, and always the same', () => {
    const types = [...instanceTypes(catalogue).keys()];
    const missing = types.map((type) => 3 - zonesOffering(catalogue, region, type).length);
    const everywhere = missing.filter((count) => count === 0).length;
    expect(new Set(missing)).toEqual(new Set([0, 1]));
    expect(everywhere / types.length).toBeGreaterThan(0.6);
    expect(zonesOffering(catalogue, region, 't3.medium')).toHaveLength(3);
    expect(zonesOffering(catalogue, 'us-east-1', 't3.medium')).toEqual(['us-east-1a', 'us-east-1b']);
  });

  it('says where a type is offered when the zone of the subnet has it not', async () => {
    const world = awsWorld();
    const type = ['c5', 'm5', 'm6i', 'm7a', 'c6i', 'r5', 'r6i', 'm6a'].flatMap((family) => [`${family}.large`, `${family}.xlarge`]).find((each) => zonesOffering(catalogue, region, each).length === 2) ?? '';
    const offered = zonesOffering(catalogue, region, type);
    const zone = ['eu-north-1a', 'eu-north-1b', 'eu-north-1c'].find((each) => !offered.includes(each)) ?? '';
    await expect(world.ec2('RunInstances', (ec2) => runInstances(ec2, launch({ instanceType: type, subnetId: all(ec2, 'subnet').find((each) => each.zone === zone)?.id ?? '' })))).rejects.toMatchObject({
      code: 'Unsupported',
      message: `Your requested instance type (${type}) is not supported in your requested Availability Zone (${zone}). Please retry your request by not specifying an Availability Zone or choosing ${offered.join(', ')}.`,
    });
  });

  it('takes the same client token for the same launch, and refuses another launch under it', async () => {
    const world = awsWorld();
    const once = (labels: Readonly<Record<string, string>>) =>
      world.ec2('RunInstances', (ec2) => runInstances(ec2, launch({ clientToken: 't', tags: { instance: labels } })).map(({ id }) => id));
    expect(await once({ of: 'one' })).toEqual(await once({ of: 'one' }));
    await expect(once({ of: 'another' })).rejects.toMatchObject({ code: 'IdempotentParameterMismatch' });
  });

  it('takes a lowered quota as it is', async () => {
    const world = awsWorld();
    await world.ec2('RunInstances', (ec2) => runInstances(ec2, launch()));
    await world.ec2('RunInstances', (ec2) => ec2.tx.put(quotaRecord(region, 'standardVcpus', 2, ec2.tx.nowMs)));
    await expect(world.ec2('RunInstances', (ec2) => runInstances(ec2, launch()))).rejects.toMatchObject({ message: expect.stringContaining('vCPU limit of 2 ') as unknown });
  });

  it('takes everything of a machine that shuts itself down for good, and forgets it after an hour', async () => {
    const world = awsWorld();
    const userData = Buffer.from('#cloud-config\nruncmd:\n  - shutdown -P +15\n').toString('base64');
    const [instance] = await world.ec2('RunInstances', (ec2) => runInstances(ec2, launch({ shutdownBehavior: 'terminate', userData })));
    world.advance(60_000);
    expect((await world.read((tx) => tx.get('aws', instance?.id ?? '')))?.machine?.state).toBe('running');
    world.advance(20 * 60_000);
    const left = await world.read((tx) => [tx.get('aws', instance?.id ?? '')?.machine?.state, tx.list('aws', 'volume').length, tx.list('aws', 'network-interface').length]);
    expect(left).toEqual(['terminated', 0, 0]);
    world.advance(3_600_000);
    expect(await world.read((tx) => tx.get('aws', instance?.id ?? ''))).toBeNull();
  });

  it('has the fingerprints that ssh-keygen and openssl have', async () => {
    const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const md5 = await execa('openssl', ['md5', '-c'], { input: rsa.export({ type: 'spki', format: 'der' }) });
    const jwk = rsa.export({ format: 'jwk' });
    const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]);
    const number = (text = '') => ((bytes) => field((bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes))(Buffer.from(text, 'base64url'));
    const blob = Buffer.concat([field(Buffer.from('ssh-rsa')), number(jwk.e), number(jwk.n)]);
    expect(importKey(`ssh-rsa ${blob.toString('base64')} me@here`)).toMatchObject({ keyType: 'rsa', fingerprint: md5.stdout.split(/[= ]+/).at(-1) });
    const shown = await execa('ssh-keygen', ['-l', '-f', '-'], { input: publicKey });
    expect(importKey(publicKey)).toMatchObject({ keyType: 'ed25519', fingerprint: `${/SHA256:(\S+)/.exec(shown.stdout)?.[1] ?? ''}=` });
  });
});

/** labtui's kind for each refusal, met in its usual place. */
const kinds: Readonly<Record<Refusal, string>> = {
  credentials: 'credentials',
  expired: 'credentials',
  permission: 'permission',
  quota: 'quota',
  capacity: 'capacity',
  'capacity-region': 'capacity',
  image: 'image',
  terms: 'terms',
  throttled: 'throttled',
  conflict: 'conflict',
  'invalid-input': 'invalid-input',
  'ttl-layer-denied': 'permission',
};

describe("a fault's refusal in AWS's words", () => {
  it.each(refusals)('%s is read by the real classification', async (kind) => {
    const world = awsWorld();
    await world.arm([fault(kind)], null);
    const operation: Operation = kind === 'credentials' ? 'GetCallerIdentity' : kind === 'image' ? 'DescribeImages' : kind === 'ttl-layer-denied' ? 'CreateRole' : 'RunInstances';
    const [verb, subject] = operations[operation];
    const call = { cloud: 'aws', operation, verb, subject, caller, region, zone: 'eu-north-1a', params: { instanceType: 't3.medium', imageId: ubuntu } } as const;
    const error: unknown = await world.call(call, () => null).catch((each: unknown) => each);
    if (!(error instanceof CloudError)) throw new Error(`no refusal of ${kind}`);
    const text = `creating EC2 Instance: operation error EC2: ${operation}, https response error StatusCode: ${error.status}, RequestID: x, api error ${error.code}: ${error.message}`;
    expect(classify(text)).toMatchObject({ kind: kinds[kind], code: error.code });
  });

  it('names the other zones where only one is full, and none where the region is', async () => {
    const world = awsWorld();
    const refusedBy = async (kind: Refusal): Promise<string> => {
      await world.arm([fault(kind, { times: 1 })], null);
      const call = { cloud: 'aws', operation: 'RunInstances', verb: 'create', subject: 'instance', caller, region, zone: 'eu-north-1a', params: { instanceType: 't3.medium' } } as const;
      return world.call(call, () => '').catch((error: unknown) => (error instanceof Error ? error.message : ''));
    };
    expect(await refusedBy('capacity')).toContain('choosing eu-north-1b, eu-north-1c.');
    expect(await refusedBy('capacity-region')).not.toContain('choosing');
  });
});
