import type { CloudCapabilities } from '../core/clouds.ts';
import { invalidInput, LabError } from '../core/errors.ts';
import type { Host } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { SessionRecord } from '../core/session.ts';
import type { LabPorts } from './ports.ts';

/** Which machines of a session are meant: all, or those of a stack, or one. */
export interface MachineChoice {
  readonly stack: string | null;
  /** A machine's name, or how it ends: `2` of `lab-aws-2`. */
  readonly host: string | null;
}

/** Machines of one stack, at least one. */
export interface MachineTarget {
  readonly stack: PinnedStack;
  readonly hosts: readonly [Host, ...Host[]];
}

/**
 * The machines that are meant, by stack. Throws not-found for a stack, invalid-input for a machine that the session has not, not-ready
 * where it has none (yet).
 */
export function machineTargets({ id, stacks }: SessionRecord, { stack: wantedStack, host: wantedHost }: MachineChoice): readonly [MachineTarget, ...MachineTarget[]] {
  const ids = Object.keys(stacks);
  if (wantedStack !== null && !ids.includes(wantedStack)) {
    throw new LabError({ kind: 'not-found', summary: `${id} has no stack "${wantedStack}"`, hint: `--stack one of: ${ids.join(', ')}` });
  }
  const made = Object.values(stacks)
    .filter(({ plan, goneAt }) => goneAt === null && (wantedStack === null || plan.id === wantedStack))
    .map(({ plan, hosts }) => ({ stack: plan, hosts: hosts.filter(({ instanceId, state }) => instanceId !== null && state !== 'terminated') }));
  const all = made.flatMap(({ hosts }) => hosts);
  if (all.length === 0) throw new LabError({ kind: 'not-ready', summary: `${id} has no machine`, hint: `labtui show ${id} --refresh   asks its clouds; then: labtui apply --session ${id}` });
  const meant = wantedHost === null ? all : all.filter(({ name }) => name === wantedHost || name.endsWith(`-${wantedHost}`));
  if (wantedHost !== null && meant.length !== 1) {
    throw invalidInput(`${id} has ${meant.length === 0 ? 'no' : 'more than one'} machine "${wantedHost}"`, `--host one of: ${all.map(({ name }) => name).join(', ')}`);
  }
  const [first, ...others] = made.flatMap(({ stack, hosts }): readonly MachineTarget[] => {
    const [one, ...more] = hosts.filter((host) => meant.includes(host));
    return one === undefined ? [] : [{ stack, hosts: [one, ...more] }];
  });
  if (first === undefined) throw new Error(`${id} has machines in no stack`);
  return [first, ...others];
}

/** Throws invalid-input, with the reason, where one of the clouds cannot do it. */
export function requireCapability(targets: readonly MachineTarget[], capability: keyof Pick<CloudCapabilities, 'stopStart' | 'snapshots'>, ports: Pick<LabPorts, 'cloud'>): void {
  const what = { stopStart: 'stop a machine and start it again', snapshots: 'keep snapshots of a machine' }[capability];
  for (const { stack } of targets) {
    const { facts } = ports.cloud(stack.cloud);
    if (!facts.capabilities[capability]) throw cannot(`${facts.title} cannot ${what}`, stack, targets);
    if (capability === 'stopStart' && stack.spot.enabled && facts.capabilities.stopsSpot === false) {
      throw cannot(`${facts.title} cannot stop the spot machines of ${stack.id}: they only end`, stack, targets);
    }
  }
}

/** The refusal of what one of several clouds cannot do. */
export function cannot(summary: string, { id }: PinnedStack, targets: readonly MachineTarget[]): LabError {
  const others = targets.filter(({ stack }) => stack.id !== id).map(({ stack }) => `--stack ${stack.id}`);
  return invalidInput(summary, others.length === 0 ? 'labtui clouds   shows what each cloud can do' : `only the others: ${others.join('   or   ')}`);
}
