import type { StackInput } from '../../../src/core/cloud.ts';
import type { PinnedStack, StackPlan } from '../../../src/core/plan.ts';
import { type Profile, profileSchema } from '../../../src/core/profile.ts';
import { sessionTags } from '../../../src/core/tags.ts';
import { gcpFacts } from '../../../src/clouds/gcp/facts.ts';

export const sessionId = 'kernel-lab-x7k2p9';
export const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJTdPRnvCLPAbzSUv5GSB4sD6nvX5Tjy0oMKXPZ/8SHb labtui';
export const image = 'projects/ubuntu-os-cloud/global/images/ubuntu-2404-noble-amd64-v20261105';

/** The profile's cloud settings with some of `gcp` set. */
export function settings(gcp: Partial<Profile['gcp']> = {}): Profile {
  return profileSchema.parse({ distro: 'ubuntu@24.04', cloud: 'gcp', gcp });
}

export interface InputChange {
  readonly stack?: Partial<PinnedStack>;
  readonly gcp?: Partial<Profile['gcp']>;
  readonly count?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly key?: StackInput['key'];
  readonly userData?: string;
  /** null: no TTL. */
  readonly expiresAt?: string | null;
  readonly init?: PinnedStack['distro']['init'];
  readonly sessionId?: string;
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

/** A stack of one e2-medium in a network of its own, changed as asked. */
export function stackInput(change: InputChange = {}): StackInput {
  const { stack = {}, gcp = {}, count = 1, tags = {}, key, userData, init = 'cloud-init' } = change;
  const id = stack.id ?? 'gcp';
  const machines = Array.from({ length: count }, (_, index) => ({
    name: count === 1 ? `kernel-lab-${id}` : `kernel-lab-${id}-${index + 1}`,
    index: index + 1,
  }));
  return {
    stack: {
      id,
      cloud: 'gcp',
      distro: { ...distro, init },
      arch: 'amd64',
      account: 'my-labs',
      region: 'europe-west1',
      zone: 'europe-west1-c',
      image: { id: image, name: 'ubuntu-2404-noble-amd64-v20261105', owner: 'ubuntu-os-cloud', minDiskGb: 10, createdAt: null, features: ['UEFI_COMPATIBLE', 'GVNIC'] },
      imageUser: null,
      user: 'ubuntu',
      instanceType: 'e2-medium',
      vcpu: 2,
      memoryGb: 4,
      hourlyPrice: 0.0335,
      currency: 'USD',
      priceRegion: 'us-central1',
      priceDate: null,
      machines,
      disk: { sizeGb: 20, type: 'ssd', iops: null, throughput: null, encrypted: true },
      spot,
      network: 'isolated',
      allowFrom: ['198.51.100.7/32'],
      sshPort: 22,
      settings: settings(gcp),
      ...stack,
    },
    tags: sessionTags(
      {
        sessionId: change.sessionId ?? sessionId,
        createdAt: '2026-11-20T10:00:00.000Z',
        expiresAt: change.expiresAt === undefined ? '2026-11-20T14:00:00.000Z' : change.expiresAt,
        owner: 'me@here',
      },
      tags,
    ),
    key: key ?? { publicKey },
    userData: new Map(machines.map(({ name }) => [name, userData ?? `#cloud-config\nhostname: ${name}\n`])),
    terminateOnShutdown: false,
  };
}

/** A plan that leaves region, zone and image open, with the catalogue's types for the lab tier. */
export function stackPlan(change: Partial<StackPlan> = {}, gcp: Partial<Profile['gcp']> = {}): StackPlan {
  const arch = change.arch ?? 'amd64';
  return {
    id: 'gcp',
    cloud: 'gcp',
    distro,
    arch,
    imagePin: null,
    imageQuery: { cloud: 'gcp', project: 'ubuntu-os-cloud', family: 'ubuntu-2404-lts-amd64', name: null },
    imageUser: null,
    user: 'ubuntu',
    region: 'auto',
    zone: 'auto',
    instanceTypes: gcpFacts.instanceTypes.filter((type) => type.arch === arch && type.tiers.includes('lab')),
    typeNamedByUser: false,
    count: 1,
    disk: { sizeGb: null, type: 'ssd', iops: null, throughput: null, encrypted: true },
    spot,
    network: 'isolated',
    settings: settings(gcp),
    ...change,
  };
}
