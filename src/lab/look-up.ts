import type { CloudApi } from '../core/cloud.ts';
import { invalidInput } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { LabPlan, PinnedStack, StackPlan } from '../core/plan.ts';
import { machineName } from '../core/stack-names.ts';
import type { LabPorts } from './ports.ts';
import type { Run } from './run.ts';

const leastDiskGb = 20;

/**
 * Asks the clouds for what the plan leaves open and pins it: region, zone, image, type, the caller's address.
 * Nothing is created. Rejects with the first cloud's LabError.
 */
export async function lookUp(plan: LabPlan, ports: LabPorts, run: Run): Promise<readonly PinnedStack[]> {
  const [allowFrom, ...stacks] = await Promise.all([
    allowedRanges(plan, ports, run.signal),
    ...plan.stacks.map((stack) => lookUpStack(plan, stack, ports, run)),
  ]);
  return stacks.map((stack) => ({ ...stack, allowFrom }));
}

async function allowedRanges(plan: LabPlan, ports: LabPorts, signal: AbortSignal): Promise<readonly string[]> {
  if (plan.ssh.allowFrom !== 'auto') return plan.ssh.allowFrom;
  return [`${await ports.callerAddress(signal)}/32`];
}

async function lookUpStack(
  plan: LabPlan,
  stack: StackPlan,
  ports: LabPorts,
  run: Run,
): Promise<Omit<PinnedStack, 'allowFrom'>> {
  const cloud = ports.cloud(stack.cloud);
  if (cloud.loadApi === undefined) throw invalidInput(`labtui cannot create machines on ${cloud.facts.title} yet`);
  const api: CloudApi = await cloud.loadApi({
    region: stack.region === 'auto' ? null : stack.region,
    settings: stack.settings,
    nearestRegion: () => ports.nearestRegion(stack.cloud),
  });
  try {
    const report: Emit = (body) => run.emit(body, stack.id);
    const found = await api.lookup(stack, plan.id, report, { cloudKeyName: cloudKeyName(plan.ssh.key) });
    const { sizeGb, ...disk } = stack.disk;
    const leastGb = found.image.minDiskGb ?? 0;
    if (sizeGb !== null && sizeGb < leastGb) {
      throw invalidInput(
        `disk.sizeGb ${sizeGb} is smaller than the image's own ${leastGb} GB (${found.image.id})`,
        `disk: { sizeGb: ${leastGb} }   or more`,
      );
    }
    return {
      ...found,
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
  } finally {
    api.close();
  }
}

/** The name of a key pair in the cloud, where `ssh.key` is neither `generate` nor a file. */
export function cloudKeyName(key: string): string | null {
  return key === 'generate' || key.includes('/') || key.endsWith('.pub') ? null : key;
}
