import type { StackInput } from '../../src/core/cloud.ts';
import type { CloudFacts } from '../../src/core/clouds.ts';
import type { ImageQuery } from '../../src/core/distro.ts';
import { LabError } from '../../src/core/errors.ts';
import type { PinnedStack, StackPlan } from '../../src/core/plan.ts';
import { sessionTags } from '../../src/core/tags.ts';

export const sessionId = 'kernel-lab-x7k2p9';
export const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJTdPRnvCLPAbzSUv5GSB4sD6nvX5Tjy0oMKXPZ/8SHb labtui';

type Distro = PinnedStack['distro'];
export const ubuntu: Distro = { name: 'ubuntu', version: '24.04', title: 'Ubuntu', init: 'cloud-init', serviceManager: 'systemd', endOfLife: '2029-05-31' };
export const debian: Distro = { name: 'debian', version: '12', title: 'Debian', init: 'cloud-init', serviceManager: 'systemd', endOfLife: '2028-06-30' };

const spot: PinnedStack['spot'] = { enabled: false, maxPrice: null, fallback: 'on-demand', timeoutMs: 300_000 };
const disk = { type: 'ssd', iops: null, throughput: null, encrypted: true } as const;

/** What a test changes of a stack, whatever its cloud. */
export interface StackChange {
  readonly stack?: Partial<PinnedStack>;
  readonly count?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly key?: StackInput['key'];
  readonly userData?: string;
}

export interface SessionTimes {
  readonly sessionId: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
}
const times: SessionTimes = { sessionId, createdAt: '2026-11-20T10:00:00Z', expiresAt: '2026-11-20T14:00:00Z' };

/** A cloud's own part of a stack. */
export type PinnedPart = Pick<
  PinnedStack,
  'cloud' | 'distro' | 'account' | 'region' | 'zone' | 'image' | 'imageUser' | 'user' | 'instanceType' | 'hourlyPrice' | 'priceRegion' | 'priceDate' | 'settings'
> & { readonly diskGb: number; readonly terminateOnShutdown: boolean; readonly times?: SessionTimes };

/** A stack of one machine of 2 vCPU and 4 GB in a network of its own, changed as asked. */
export function stackInputOf({ diskGb, terminateOnShutdown, times: { sessionId: id, createdAt, expiresAt } = times, ...part }: PinnedPart, change: StackChange): StackInput {
  const { stack = {}, count = 1, tags = {}, key = { publicKey }, userData } = change;
  const name = `kernel-lab-${part.cloud}`;
  const machines = stack.machines ?? Array.from({ length: count }, (_, at) => ({ name: count === 1 ? name : `${name}-${at + 1}`, index: at + 1 }));
  return {
    stack: {
      id: part.cloud,
      ...part,
      arch: 'amd64',
      vcpu: 2,
      memoryGb: 4,
      currency: 'USD',
      machines,
      disk: { ...disk, sizeGb: diskGb },
      spot,
      network: 'isolated',
      allowFrom: ['198.51.100.7/32'],
      sshPort: 22,
      ...stack,
    },
    tags: sessionTags({ sessionId: id, createdAt, expiresAt, owner: 'me@here' }, tags),
    key,
    userData: new Map(machines.map((machine) => [machine.name, userData ?? `#cloud-config\nhostname: ${machine.name}\n`])),
    terminateOnShutdown,
  };
}

/** A cloud's own part of a plan. */
export type PlannedPart = Pick<StackPlan, 'cloud' | 'distro' | 'imageUser' | 'user' | 'settings'> & { readonly imageQuery: ImageQuery; readonly facts: CloudFacts };

/** A plan that leaves region, zone and image open, with the catalogue's types for the lab tier. */
export function stackPlanOf({ facts, ...part }: PlannedPart, change: Partial<StackPlan>): StackPlan {
  const arch = change.arch ?? 'amd64';
  return {
    id: part.cloud,
    ...part,
    arch,
    imagePin: null,
    region: 'auto',
    zone: 'auto',
    instanceTypes: facts.instanceTypes.filter((type) => type.arch === arch && type.tiers.includes('lab')),
    typeNamedByUser: false,
    count: 1,
    disk: { ...disk, sizeGb: null },
    spot,
    network: 'isolated',
    ...change,
  };
}

/** The LabError that the work throws; anything else is thrown on, and nothing is a failure. */
export function refusalOf(work: () => unknown): LabError {
  try {
    work();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
