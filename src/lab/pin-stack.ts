import type { CloudApi, Lookup, LookupAgain } from '../core/cloud.ts';
import type { CloudDeadline } from '../core/deadline.ts';
import { invalidInput, LabError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { LabPlan, PinnedStack, StackPlan } from '../core/plan.ts';
import { machineName } from '../core/stack-names.ts';
import type { LabPorts } from './ports.ts';

/** One look-up of a stack, as it is planned or in a variant of it. */
export type LookUpOne = (variant: StackPlan, emit: Emit, again?: LookupAgain) => Promise<Lookup>;

export interface CloudToAsk {
  readonly plan: Pick<LabPlan, 'id' | 'expiresAt' | 'ssh'>;
  readonly stack: StackPlan;
  readonly ports: Pick<LabPorts, 'cloud' | 'nearestRegions'>;
  /** The account it was pinned to; absent: find it out. */
  readonly account?: string | null | undefined;
}

/** What the cloud would do about the lab's deadline; undefined without a TTL, and where its facts say all there is to say. */
export type OfferDeadline = () => Promise<CloudDeadline | undefined>;

const leastDiskGb = 20;

/** Opens a stack's cloud for some look-ups. Rejects with its LabError. */
export async function askCloud<T>({ plan, stack, ports, account }: CloudToAsk, work: (lookUpOne: LookUpOne, offerDeadline: OfferDeadline) => Promise<T>): Promise<T> {
  const cloud = ports.cloud(stack.cloud);
  if (cloud.loadApi === undefined) throw invalidInput(`labtui cannot create machines on ${cloud.facts.title} yet`);
  const api = await cloud.loadApi({
    region: stack.region === 'auto' ? null : stack.region,
    settings: stack.settings,
    account,
    nearestRegions: () => ports.nearestRegions(stack.cloud),
  });
  try {
    return await work(
      (variant, emit, again) => api.lookup(variant, plan.id, emit, { cloudKeyName: cloudKeyName(plan.ssh.key), again }),
      () => offeredDeadline(plan, api),
    );
  } finally {
    api.close();
  }
}

/** A cloud that cannot be asked for it has none to give: the lab goes on without. */
async function offeredDeadline({ id, expiresAt }: Pick<LabPlan, 'id' | 'expiresAt'>, api: CloudApi): Promise<CloudDeadline | undefined> {
  if (expiresAt === null || api.offerDeadline === undefined) return undefined;
  try {
    return await api.offerDeadline(id);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { kind: null, state: 'missing', reason: `the cloud would not say whether it may be set: ${error.message}` };
  }
}

/** The name of a key pair in the cloud, where `ssh.key` is neither `generate` nor a file. */
export function cloudKeyName(key: string): string | null {
  return key === 'generate' || key.includes('/') || key.endsWith('.pub') ? null : key;
}

/** A stack with what its cloud said of it. Throws invalid-input for a disk that is smaller than the image. */
export function pinned(plan: Pick<LabPlan, 'name' | 'ssh'>, stack: StackPlan, lookup: Lookup): Omit<PinnedStack, 'allowFrom'> {
  const { sizeGb, ...disk } = stack.disk;
  const leastGb = lookup.image.minDiskGb ?? 0;
  if (sizeGb !== null && sizeGb < leastGb) {
    throw invalidInput(
      `disk.sizeGb ${sizeGb} is smaller than the image's own ${leastGb} GB (${lookup.image.id})`,
      `disk: { sizeGb: ${leastGb} }   or more`,
    );
  }
  return {
    ...lookup,
    id: stack.id,
    cloud: stack.cloud,
    distro: stack.distro,
    arch: stack.arch,
    imageUser: stack.imageUser,
    user: stack.user,
    machines: Array.from({ length: stack.count }, (_, index) => ({
      name: machineName(plan.name, stack.id, index + 1, stack.count),
      index: index + 1,
    })),
    disk: { ...disk, sizeGb: sizeGb ?? Math.max(leastDiskGb, leastGb) },
    spot: stack.spot,
    network: stack.network,
    sshPort: plan.ssh.port,
    settings: stack.settings,
  };
}
