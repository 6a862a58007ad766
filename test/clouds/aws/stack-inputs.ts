import type { StackInput } from '../../../src/core/cloud.ts';
import { type Profile, profileSchema } from '../../../src/core/profile.ts';
import type { PinnedStack, StackPlan } from '../../../src/core/plan.ts';
import { sessionTags } from '../../../src/core/tags.ts';
import { awsFacts } from '../../../src/clouds/aws/facts.ts';

export const sessionId = 'kernel-lab-x7k2p9';
export const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJTdPRnvCLPAbzSUv5GSB4sD6nvX5Tjy0oMKXPZ/8SHb labtui';

/** The profile's cloud settings with some of `aws` set. */
export function settings(aws: Partial<Profile['aws']> = {}): Profile {
  return profileSchema.parse({ distro: 'ubuntu@24.04', cloud: 'aws', aws });
}

export interface InputChange {
  readonly stack?: Partial<PinnedStack>;
  readonly aws?: Partial<Profile['aws']>;
  readonly count?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly key?: StackInput['key'];
  readonly userData?: string;
  readonly terminateOnShutdown?: boolean;
}

const distro: PinnedStack['distro'] = {
  name: 'ubuntu',
  version: '24.04',
  title: 'Ubuntu',
  init: 'cloud-init',
  serviceManager: 'systemd',
  endOfLife: '2029-05-31',
};
const spot: PinnedStack['spot'] = { enabled: false, maxPrice: null, fallback: 'on-demand', timeoutMs: 300_000 };

/** A stack of one t3.medium in a network of its own, changed as asked. */
export function stackInput({ stack = {}, aws = {}, count = 1, tags = {}, key, userData, terminateOnShutdown = true }: InputChange = {}): StackInput {
  const machines = Array.from({ length: count }, (_, index) => ({
    name: count === 1 ? 'kernel-lab-aws' : `kernel-lab-aws-${index + 1}`,
    index: index + 1,
  }));
  return {
    stack: {
      id: 'aws',
      cloud: 'aws',
      distro,
      arch: 'amd64',
      account: '123456789012',
      region: 'eu-north-1',
      zone: 'eu-north-1b',
      image: { id: 'ami-0123456789abcdef0', name: 'ubuntu-noble', owner: '099720109477', minDiskGb: 8, createdAt: null },
      imageUser: 'ubuntu',
      user: 'ubuntu',
      instanceType: 't3.medium',
      vcpu: 2,
      memoryGb: 4,
      hourlyPrice: 0.0416,
      currency: 'USD',
      priceRegion: 'us-east-1',
      priceDate: '2026-01-19',
      machines,
      disk: { sizeGb: 20, type: 'ssd', iops: null, throughput: null, encrypted: true },
      spot,
      network: 'isolated',
      allowFrom: ['198.51.100.7/32'],
      sshPort: 22,
      settings: settings(aws),
      ...stack,
    },
    tags: sessionTags({ sessionId, createdAt: '2026-11-20T10:00:00Z', expiresAt: '2026-11-20T14:00:00Z', owner: 'me@here' }, tags),
    key: key ?? { publicKey },
    userData: new Map(machines.map(({ name }) => [name, userData ?? `#cloud-config\nhostname: ${name}\n`])),
    terminateOnShutdown,
  };
}

/** A plan that leaves region, zone and image open, with the catalogue's types for the lab tier. */
export function stackPlan(change: Partial<StackPlan> = {}, aws: Partial<Profile['aws']> = {}): StackPlan {
  return {
    id: 'aws',
    cloud: 'aws',
    distro,
    arch: 'amd64',
    imagePin: null,
    imageQuery: {
      cloud: 'aws',
      owners: ['099720109477'],
      namePattern: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*',
      ssmParameter: null,
      marketplace: false,
      newestBy: 'date',
      includeDeprecated: false,
    },
    imageUser: 'ubuntu',
    user: 'ubuntu',
    region: 'auto',
    zone: 'auto',
    instanceTypes: awsFacts.instanceTypes.filter(({ arch, tiers }) => arch === 'amd64' && tiers.includes('lab')),
    typeNamedByUser: false,
    count: 1,
    disk: { sizeGb: null, type: 'ssd', iops: null, throughput: null, encrypted: true },
    spot,
    network: 'isolated',
    settings: settings(aws),
    ...change,
  };
}
