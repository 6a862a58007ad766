import { exitCodeOf, LabError, type Problem, worstExitCode } from '../core/errors.ts';
import type { NearestRegion } from '../core/nearest-region.ts';
import type { LabPlan, PinnedStack, StackPlan } from '../core/plan.ts';
import { lookUpOpen } from './look-up-open.ts';
import { askCloud, pinned } from './pin-stack.ts';
import type { LabPorts } from './ports.ts';
import { diagnosticOf, type Run } from './run.ts';

/** A stack that cannot be made: its cloud said so before anything was created. Reported already. */
export interface RefusedStack {
  readonly id: string;
  readonly exitCode: number;
}

export interface LookedUp {
  readonly stacks: readonly PinnedStack[];
  readonly refused: readonly RefusedStack[];
  /** What was looked up, by stack: what the profile leaves open of it is still open in there. */
  readonly plans: ReadonlyMap<string, StackPlan>;
}

interface Found {
  readonly plan: StackPlan;
  readonly stack: Omit<PinnedStack, 'allowFrom'>;
}

interface Refusal {
  readonly plan: StackPlan;
  readonly error: LabError;
}

/**
 * Asks the clouds for what the plan leaves open and pins it: region, zone, image, type, the caller's address.
 * Nothing is created. Of several stacks those that cannot be made fail alone; rejects where none can.
 */
export async function lookUp(plan: LabPlan, ports: LabPorts, run: Run): Promise<LookedUp> {
  const asking = { cloud: ports.cloud, nearestRegions: onceForEach(ports.nearestRegions) };
  const [allowFrom, ...asked] = await Promise.all([
    allowedRanges(plan, ports, run.signal),
    ...plan.stacks.map((stack) => lookUpStack(plan, stack, asking, run)),
  ]);
  const refused = asked.flatMap((outcome) => ('error' in outcome ? [outcome] : []));
  const found = asked.flatMap((outcome) => ('error' in outcome ? [] : [outcome]));
  if (found.length === 0) throw toldLast(refused, run);
  for (const { plan: { id }, error } of refused) {
    run.emit(diagnosticOf(error.problem), id);
    run.phase('failed', 100, error.message, id);
  }
  return {
    stacks: found.map(({ stack }) => ({ ...stack, allowFrom: isHere(stack, ports) ? thisComputerOnly : allowFrom })),
    refused: refused.map(({ plan: { id }, error }) => ({ id, exitCode: codeOf(error) })),
    plans: new Map(found.map((one) => [one.plan.id, one.plan])),
  };
}

/** What a machine that only this computer reaches lets in. */
const thisComputerOnly: readonly string[] = ['127.0.0.1/32'];

const isHere = ({ cloud }: Pick<StackPlan, 'cloud'>, ports: Pick<LabPorts, 'cloud'>): boolean => ports.cloud(cloud).facts.capabilities.onThisComputer === true;

async function allowedRanges(plan: LabPlan, ports: LabPorts, signal: AbortSignal): Promise<readonly string[]> {
  if (plan.ssh.allowFrom !== 'auto') return plan.ssh.allowFrom;
  // Nobody on the network is asked for the address of a caller who is on the same computer.
  if (plan.stacks.every((stack) => isHere(stack, ports))) return thisComputerOnly;
  return [`${await ports.callerAddress(signal)}/32`];
}

async function lookUpStack(lab: LabPlan, stack: StackPlan, ports: Pick<LabPorts, 'cloud' | 'nearestRegions'>, run: Run): Promise<Found | Refusal> {
  try {
    const [{ plan, lookup }, deadline] = await askCloud({ plan: lab, stack, ports }, (lookUpOne, offerDeadline) =>
      Promise.all([lookUpOpen(stack, lookUpOne, (body) => run.emit(body, stack.id)), offerDeadline()]),
    );
    return { plan, stack: { ...pinned(lab, plan, lookup), ...(deadline === undefined ? {} : { cloudDeadline: deadline }) } };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { plan: stack, error };
  }
}

/** Of several refusals the one that decides the exit code is thrown, and so reported last; the others are reported here. */
function toldLast(refused: readonly Refusal[], run: Run): Error {
  const worst = worstExitCode(refused.map(({ error }) => codeOf(error)));
  const last = refused.find(({ error }) => codeOf(error) === worst);
  if (last === undefined) return new Error('the plan has no stacks');
  const told = ({ kind, summary }: Problem): string => `${kind} ${summary}`;
  for (const { plan: { id }, error } of refused) {
    if (told(error.problem) !== told(last.error.problem)) run.emit(diagnosticOf(error.problem), id);
  }
  return last.error;
}

function codeOf(error: LabError): number {
  return error.exitCode ?? exitCodeOf(error.problem.kind, 'before-creation');
}

/** Several stacks of one cloud measure the way to it once. */
function onceForEach(nearest: LabPorts['nearestRegions']): LabPorts['nearestRegions'] {
  const known = new Map<string, Promise<readonly NearestRegion[]>>();
  return (cloud) => {
    const found = known.get(cloud) ?? nearest(cloud);
    known.set(cloud, found);
    return found;
  };
}
