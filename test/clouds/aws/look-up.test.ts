import { describe, expect, it } from 'vitest';
import { awsFacts } from '../../../src/clouds/aws/facts.ts';
import { lookUpStack } from '../../../src/clouds/aws/look-up.ts';
import type { LookupAgain } from '../../../src/core/cloud.ts';
import type { InstanceType } from '../../../src/core/clouds.ts';
import type { LabEventBody } from '../../../src/core/events.ts';
import type { StackPlan } from '../../../src/core/plan.ts';
import { awsError, type Ec2Answers, fakeEc2, filterOf } from './fake-ec2.ts';
import { stackPlan } from './stack-inputs.ts';

const image = (Name: string, CreationDate: string, more: object = {}) => ({
  ImageId: `ami-${Name}`,
  Name,
  OwnerId: '099720109477',
  Architecture: 'x86_64',
  State: 'available',
  RootDeviceType: 'ebs',
  RootDeviceName: '/dev/sda1',
  EnaSupport: true,
  CreationDate,
  BlockDeviceMappings: [{ DeviceName: '/dev/sdb' }, { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 8 } }],
  ...more,
});
const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
const offered = (types: readonly string[], where = zones) => types.flatMap((InstanceType) => where.map((Location) => ({ InstanceType, Location })));

/** A region with three zones, t3.medium everywhere, one image, a default network, and nothing else. */
const region: Ec2Answers = {
  DescribeAvailabilityZones: () => ({
    AvailabilityZones: [
      ...zones.map((ZoneName) => ({ ZoneName, ZoneType: 'availability-zone', State: 'available' })),
      { ZoneName: 'eu-west-1-lon-1a', ZoneType: 'local-zone', State: 'available' },
    ],
  }),
  DescribeInstanceTypeOfferings: () => ({ InstanceTypeOfferings: [...offered(['t3.medium']), { InstanceType: 't3.medium', Location: 'eu-west-1-lon-1a' }] }),
  DescribeInstanceTypes: () => ({
    InstanceTypes: [{ ProcessorInfo: { SupportedArchitectures: ['x86_64'] }, VCpuInfo: { DefaultVCpus: 96 }, MemoryInfo: { SizeInMiB: 196_608 } }],
  }),
  DescribeImages: () => ({ Images: [image('newest', '2026-11-05')] }),
  DescribeVpcs: () => ({ Vpcs: [{ VpcId: 'vpc-default' }] }),
  DescribeInstances: () => ({}),
  DescribeSubnets: () => ({ Subnets: zones.map((AvailabilityZone) => ({ AvailabilityZone, SubnetId: `subnet-${AvailabilityZone}`, VpcId: 'vpc-default' })) }),
};

interface LookUpChange {
  readonly spreadBy?: string;
  readonly cloudKeyName?: string | null;
  readonly again?: LookupAgain;
  /** Limits of the account that are small, by code. */
  readonly quota?: Readonly<Record<string, number>>;
}

function lookUp(plan: StackPlan, answers: Ec2Answers = {}, { spreadBy = 'lab-aaaaaa', cloudKeyName = null, quota = {}, again }: LookUpChange = {}) {
  const events: LabEventBody[] = [];
  const { ec2, asked } = fakeEc2({ ...region, ...answers });
  const found = lookUpStack(ec2, {
    plan,
    region: 'eu-west-1',
    account: Promise.resolve('123456789012'),
    spreadBy,
    cloudKeyName,
    again,
    limits: ({ code }) => Promise.resolve(quota[code] ?? 1_000),
    emit: (body) => events.push(body),
  });
  return { found, asked, events };
}

const custom = (type: string): InstanceType => ({
  type, arch: 'amd64', vcpu: null, memoryGb: null, hourlyPrice: null, currency: 'USD', priceRegion: null, priceDate: null, rank: 1, tiers: [], confidence: 'low',
});
const query = (change: object) => ({ imageQuery: { ...stackPlan().imageQuery, ...change } as StackPlan['imageQuery'] });

describe('looking a stack up', () => {
  it('pins everything, with the price of the catalogue and its region', async () => {
    const medium = awsFacts.instanceTypes.find(({ type, arch }) => type === 't3.medium' && arch === 'amd64');
    expect(await lookUp(stackPlan()).found).toEqual({
      account: '123456789012',
      region: 'eu-west-1',
      zone: expect.stringMatching(/^eu-west-1[abc]$/) as string,
      image: { id: 'ami-newest', name: 'newest', owner: '099720109477', minDiskGb: 8, createdAt: '2026-11-05' },
      instanceType: 't3.medium',
      vcpu: 2,
      memoryGb: 4,
      hourlyPrice: medium?.hourlyPrice,
      currency: 'USD',
      priceRegion: 'us-east-1',
      priceDate: medium?.priceDate,
      networkIds: null,
    });
  });

  it('spreads sessions over the ordinary zones, the same session always into the same one', async () => {
    const zoneOf = async (spreadBy: string) => (await lookUp(stackPlan(), {}, { spreadBy }).found).zone;
    const chosen = await Promise.all(Array.from({ length: 60 }, (_, index) => zoneOf(`lab-${index}`)));
    expect([...new Set(chosen)].sort()).toEqual(zones);
    expect(await zoneOf('lab-7')).toBe(chosen[7]);
  });

  it('sends nobody to a zone that EC2 says is impaired or full, unless there is no other, but takes one that is named', async () => {
    const states = (state: (zone: string) => string): Ec2Answers => ({ DescribeAvailabilityZones: () => ({ AvailabilityZones: zones.map((ZoneName) => ({ ZoneName, ZoneType: 'availability-zone', State: state(ZoneName) })) }) });
    const onlyC = states((zone) => ({ 'eu-west-1a': 'impaired', 'eu-west-1b': 'constrained' })[zone] ?? 'available');
    for (const spreadBy of ['lab-1', 'lab-2', 'lab-3', 'lab-4']) expect((await lookUp(stackPlan(), onlyC, { spreadBy }).found).zone).toBe('eu-west-1c');
    expect(zones).toContain((await lookUp(stackPlan(), states(() => 'impaired')).found).zone);
    expect((await lookUp(stackPlan({ zone: 'eu-west-1a' }), onlyC).found).zone).toBe('eu-west-1a');
    await expect(lookUp(stackPlan(), states(() => 'unavailable')).found).rejects.toMatchObject({ problem: { kind: 'capacity', holdsFor: 'region' } });
  });

  it('looks elsewhere the second time: not where it was sold out, first where the cloud said, whatever quotas say by now', async () => {
    const offersBoth = { DescribeInstanceTypeOfferings: () => ({ InstanceTypeOfferings: offered(['t3a.medium', 't3.medium']) }) };
    const again = (soldOut: readonly string[], preferredZones: readonly string[] = []) =>
      lookUp(stackPlan(), offersBoth, { quota: { 'L-1216C47A': 1, 'L-F678F1CE': 1 }, again: { soldOut: soldOut.map((zone) => ({ instanceType: 't3a.medium', zone })), preferredZones } }).found;
    expect(await again([], ['eu-west-1b'])).toMatchObject({ zone: 'eu-west-1b', instanceType: 't3a.medium' });
    expect(await again(['eu-west-1a', 'eu-west-1b'], ['eu-west-1b'])).toMatchObject({ zone: 'eu-west-1c', instanceType: 't3a.medium' });
    expect(await again(zones)).toMatchObject({ instanceType: 't3.medium' });
  });

  it('takes the next type of the tier where the first is not offered, and says so', async () => {
    const { found, events } = lookUp(stackPlan());
    await found;
    expect(events).toEqual([{ type: 'fallback', from: 't3a.medium', to: 't3.medium', reason: 't3a.medium is not offered in eu-west-1' }]);
    const offersBoth = { DescribeInstanceTypeOfferings: () => ({ InstanceTypeOfferings: offered(['t3a.medium', 't3.medium']) }) };
    const both = lookUp(stackPlan(), offersBoth);
    expect((await both.found).instanceType).toBe('t3a.medium');
    expect(both.events).toEqual([]);
  });

  it('refuses, before anything is made, what the account has no quota for; the size of a named type is asked for', async () => {
    await expect(lookUp(stackPlan(), {}, { quota: { 'L-1216C47A': 1 } }).found).rejects.toMatchObject({ problem: { kind: 'quota', code: 'L-1216C47A' } });
    await expect(lookUp(stackPlan(), {}, { quota: { 'L-F678F1CE': 1 } }).found).rejects.toMatchObject({ problem: { kind: 'quota', code: 'L-F678F1CE' } });
    const named = stackPlan({ instanceTypes: [custom('t3.medium')], typeNamedByUser: true });
    await expect(lookUp(named, {}, { quota: { 'L-1216C47A': 95 } }).found).rejects.toMatchObject({ problem: { kind: 'quota', summary: expect.stringContaining('the lab needs 96') as string } });
    expect((await lookUp(named, {}, { quota: { 'L-1216C47A': 96 } }).found).vcpu).toBe(96);
  });

  it('never swaps a type that the user named: it says where it is offered', async () => {
    const plan = stackPlan({ instanceTypes: [custom('c5.24xlarge')], typeNamedByUser: true, zone: 'eu-west-1a' });
    const elsewhere = { DescribeInstanceTypeOfferings: () => ({ InstanceTypeOfferings: offered(['c5.24xlarge'], ['eu-west-1c']) }) };
    await expect(lookUp(plan, elsewhere).found).rejects.toMatchObject({
      problem: { kind: 'invalid-input', summary: 'AWS does not offer c5.24xlarge in eu-west-1a', detail: 'offered: c5.24xlarge in eu-west-1c' },
    });
    await expect(lookUp({ ...plan, zone: 'auto' }, { DescribeInstanceTypeOfferings: () => ({}) }).found).rejects.toMatchObject({
      problem: { kind: 'invalid-input', summary: 'AWS does not offer c5.24xlarge in eu-west-1', holdsFor: 'region' },
    });
    expect(await lookUp({ ...plan, zone: 'auto' }, elsewhere).found).toMatchObject({ zone: 'eu-west-1c', vcpu: 96, memoryGb: 192, hourlyPrice: null });
  });

  it('refuses a named type of another architecture, or one that does not exist', async () => {
    const plan = stackPlan({ instanceTypes: [custom('t4g.medium')], typeNamedByUser: true });
    const arm = { DescribeInstanceTypes: () => ({ InstanceTypes: [{ ProcessorInfo: { SupportedArchitectures: ['arm64'] } }] }) };
    await expect(lookUp(plan, arm).found).rejects.toMatchObject({ problem: { kind: 'invalid-input', hint: '--arch arm64, or another --instance-type' } });
    await expect(lookUp(stackPlan({ instanceTypes: [custom('t3.medum')], typeNamedByUser: true }), { DescribeInstanceTypes: () => ({ InstanceTypes: [] }) }).found).rejects.toMatchObject({
      problem: { summary: 'AWS has no instance type "t3.medum" in this region, did you mean "t3.medium"?' },
    });
  });

  it('refuses a zone of another region, and reads listings to their last page', async () => {
    await expect(lookUp(stackPlan({ zone: 'us-east-1a' })).found).rejects.toMatchObject({
      problem: { kind: 'invalid-input', detail: 'zones: eu-west-1a, eu-west-1b, eu-west-1c' },
    });
    const pages = {
      DescribeInstanceTypeOfferings: ({ NextToken }: { readonly NextToken?: unknown }) =>
        NextToken === undefined ? { InstanceTypeOfferings: [], NextToken: 'more' } : { InstanceTypeOfferings: offered(['t3.medium']), NextToken: '' },
    };
    expect((await lookUp(stackPlan(), pages).found).instanceType).toBe('t3.medium');
  });
});

describe('the image', () => {
  it('is asked for by owner, name, architecture and what can boot', async () => {
    const { found, asked } = lookUp(stackPlan());
    await found;
    const [call] = asked.filter(({ command }) => command === 'DescribeImages');
    expect(call?.input.Owners).toEqual(['099720109477']);
    expect(['name', 'architecture', 'state', 'virtualization-type', 'root-device-type'].map((name) => filterOf(call?.input ?? {}, name))).toEqual([
      ['ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*'],
      ['x86_64'],
      ['available'],
      ['hvm'],
      ['ebs'],
    ]);
  });

  it('is the youngest, or the highest version where old minors are published again; never one without ENA', async () => {
    const Images = [
      image('Rocky-9.9', '2026-08-01'),
      image('Rocky-9.10', '2026-10-01'),
      image('Rocky-9.4', '2026-11-11'),
      image('Rocky-9.11', '2026-11-12', { EnaSupport: false }),
    ];
    const id = async (newestBy: 'date' | 'version') => (await lookUp(stackPlan(query({ newestBy })), { DescribeImages: () => ({ Images }) }).found).image.id;
    expect(await id('date')).toBe('ami-Rocky-9.4');
    expect(await id('version')).toBe('ami-Rocky-9.10');
  });

  it('is a deprecated one only where the catalogue allows it, and that is said', async () => {
    const answers = { DescribeImages: ({ IncludeDeprecated }: { readonly IncludeDeprecated?: unknown }) => ({ Images: IncludeDeprecated === true ? [image('old', '2024-05-28')] : [] }) };
    const allowed = lookUp(stackPlan(query({ includeDeprecated: true })), answers);
    expect((await allowed.found).image.id).toBe('ami-old');
    expect(allowed.events).toContainEqual(expect.objectContaining({ type: 'fallback', to: 'deprecated images' }));
    await expect(lookUp(stackPlan(), answers).found).rejects.toMatchObject({
      problem: { kind: 'image', detail: expect.stringContaining('owners 099720109477 · name ubuntu/images/') as string },
    });
  });

  it('pinned by id must exist here, be available and fit the architecture', async () => {
    const pinned = (more: object) => lookUp(stackPlan({ imagePin: 'ami-mine' }), { DescribeImages: () => ({ Images: [image('mine', '2026-01-01', more)] }) }).found;
    expect((await pinned({})).image).toMatchObject({ id: 'ami-mine', minDiskGb: 8 });
    await expect(pinned({ Architecture: 'arm64' })).rejects.toMatchObject({ problem: { kind: 'invalid-input' } });
    await expect(pinned({ State: 'pending' })).rejects.toMatchObject({ problem: { kind: 'image', summary: 'the image ami-mine is pending' } });
    await expect(pinned({ EnaSupport: false })).rejects.toMatchObject({ problem: { kind: 'image' } });
    const missing = {
      DescribeImages: () => {
        throw awsError('InvalidAMIID.NotFound', "The image id '[ami-mine]' does not exist");
      },
    };
    await expect(lookUp(stackPlan({ imagePin: 'ami-mine' }), missing).found).rejects.toMatchObject({ problem: { kind: 'image', code: 'InvalidAMIID.NotFound' } });
  });

  it("pinned by name is looked for among the account's own and the distro's owners", async () => {
    const { found, asked } = lookUp(stackPlan({ imagePin: 'my-golden-image' }));
    await found;
    expect(asked.find(({ command }) => command === 'DescribeImages')?.input.Owners).toEqual(['self', '099720109477']);
  });

  it('must be brought where only a parameter is known, or nothing', async () => {
    for (const plan of [stackPlan(query({ namePattern: null, ssmParameter: '/aws/service/freebsd/x' })), stackPlan({ imageQuery: null })]) {
      await expect(lookUp(plan).found).rejects.toMatchObject({ problem: { kind: 'image', hint: 'bring your own: --image ami-...' } });
    }
  });
});

describe('network and key', () => {
  it("pins the default subnet of the chosen zone, or the user's own subnet and its zone", async () => {
    const { zone, networkIds } = await lookUp(stackPlan({ network: 'default', zone: 'eu-west-1c' })).found;
    expect([zone, networkIds]).toEqual(['eu-west-1c', { vpcId: 'vpc-default', subnetId: 'subnet-eu-west-1c' }]);
    const own = { DescribeSubnets: () => ({ Subnets: [{ SubnetId: 'subnet-0a', VpcId: 'vpc-mine', AvailabilityZone: 'eu-west-1b' }] }) };
    const mine = lookUp(stackPlan({}, { subnetId: 'subnet-0a' }), own);
    expect(await mine.found).toMatchObject({ zone: 'eu-west-1b', networkIds: { vpcId: 'vpc-mine', subnetId: 'subnet-0a' } });
    await expect(lookUp(stackPlan({ zone: 'eu-west-1a' }, { subnetId: 'subnet-0a' }), own).found).rejects.toMatchObject({
      problem: { kind: 'invalid-input', detail: 'its zones: eu-west-1b' },
    });
  });

  it('says how to go on without a default VPC', async () => {
    await expect(lookUp(stackPlan({ network: 'default' }), { DescribeVpcs: () => ({ Vpcs: [] }) }).found).rejects.toMatchObject({
      problem: { kind: 'invalid-input', hint: '--network isolated   or aws ec2 create-default-vpc --region eu-west-1' },
    });
  });

  it("takes the user's security groups only within their VPC, and says that labtui opens nothing", async () => {
    const groups = (VpcId: string) => ({ DescribeSecurityGroups: () => ({ SecurityGroups: [{ GroupId: 'sg-0a', VpcId }] }) });
    const plan = stackPlan({ network: 'default' }, { securityGroupIds: ['sg-0a'] });
    const fits = lookUp(plan, groups('vpc-default'));
    await fits.found;
    expect(fits.events).toContainEqual({ type: 'log', level: 'warn', message: 'labtui opens nothing: sg-0a must let SSH in' });
    await expect(lookUp(plan, groups('vpc-other')).found).rejects.toMatchObject({ problem: { kind: 'invalid-input' } });
    await expect(lookUp(plan, { DescribeSecurityGroups: () => ({ SecurityGroups: [] }) }).found).rejects.toMatchObject({
      problem: { summary: 'aws.securityGroupIds: no security group sg-0a in eu-west-1' },
    });
    await expect(lookUp(stackPlan({}, { securityGroupIds: ['sg-0a'] })).found).rejects.toMatchObject({
      problem: { hint: 'also give aws.subnetId, or network: default' },
    });
  });

  it('checks a key that is said to be in the cloud', async () => {
    const missing = {
      DescribeKeyPairs: () => {
        throw awsError('InvalidKeyPair.NotFound', "The key pair 'team' does not exist");
      },
    };
    await expect(lookUp(stackPlan(), missing, { cloudKeyName: 'team' }).found).rejects.toMatchObject({
      problem: { kind: 'invalid-input', summary: 'ssh.key: no key pair "team" in eu-west-1' },
    });
    expect(await lookUp(stackPlan(), { DescribeKeyPairs: () => ({ KeyPairs: [{ KeyName: 'team' }] }) }, { cloudKeyName: 'team' }).found).toBeTruthy();
  });
});

describe('when EC2 does not answer as it should', () => {
  it('fails with what is wrong and what to do; a bug of labtui stays a bug', async () => {
    const failing = (error: Error): Ec2Answers => ({
      DescribeAvailabilityZones: () => {
        throw error;
      },
    });
    await expect(lookUp(stackPlan(), failing(awsError('ExpiredToken', 'The security token included in the request is expired'))).found).rejects.toMatchObject({
      problem: { kind: 'credentials', code: 'ExpiredToken' },
    });
    await expect(lookUp(stackPlan(), failing(awsError('SomethingNew', 'nobody knows'))).found).rejects.toMatchObject({
      name: 'LabError',
      problem: { kind: 'conflict', code: 'SomethingNew' },
    });
    const refused = Object.assign(new AggregateError([Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' })], ''), { code: 'ECONNREFUSED' });
    await expect(lookUp(stackPlan(), failing(refused)).found).rejects.toMatchObject({ problem: { kind: 'network', summary: '127.0.0.1:9 cannot be reached' } });
    await expect(lookUp(stackPlan(), failing(new TypeError('x is undefined'))).found).rejects.toBeInstanceOf(TypeError);
  });
});
