import { overBudget } from '../core/budget.ts';
import type { LookupAgain } from '../core/cloud.ts';
import { LabError, type Problem } from '../core/errors.ts';
import type { FallbackEvent } from '../core/events.ts';
import { type Attempt, type Move, movesAfter } from '../core/next-attempt.ts';
import type { LabPlan, PinnedStack, StackPlan } from '../core/plan.ts';
import { askCloud, pinned } from './pin-stack.ts';
import { priceStack, withCost } from './price-stacks.ts';
import type { SessionWork } from './session-work.ts';

/** What a run that planned the lab itself may still choose. One that goes on with what is written chooses nothing. */
export interface OpenChoices {
  readonly plan: LabPlan;
  /** By stack, as they were looked up. */
  readonly plans: ReadonlyMap<string, StackPlan>;
  /** Writes a stack's Terraform anew. */
  readonly rewrite: (stack: PinnedStack) => Promise<void>;
  /** `--max-hourly`. */
  readonly maxHourly: number | null;
  /** Somebody said yes to a price: a dearer type is then taken only below a limit that was set. */
  readonly priceApproved: boolean;
}

export interface FallThrough extends SessionWork {
  readonly choices: OpenChoices;
  /** All so far, the one that has just failed last. */
  readonly attempts: readonly [...Attempt[], Attempt];
  /** When the first of them began. */
  readonly startedMs: number;
}

export function attemptOf({ instanceType, zone, spot }: PinnedStack): Attempt {
  return { instanceType, zone, spot: spot.enabled };
}

/**
 * After an apply that failed for want of room: the stack as it is tried next, recorded and written, with its `fallback` event out; null
 * where the profile leaves nothing open that may help. Nothing is started.
 */
export async function fallThrough(stack: PinnedStack, problem: Problem, context: FallThrough): Promise<PinnedStack | null> {
  const { ports, run, book, choices, attempts, startedMs } = context;
  const plan = choices.plans.get(stack.id);
  const isStopped = (): boolean => run.signal.aborted;
  if (plan === undefined || isStopped()) return null;
  const open = { zone: plan.zone === 'auto', type: !plan.typeNamedByUser, spot: plan.spot };
  for (const move of movesAfter(problem, { attempts, elapsedMs: ports.now().getTime() - startedMs }, open)) {
    const next = await placed(move, { stack, plan, problem }, context);
    if (isStopped()) return null;
    if (next === null || attempts.some((one) => isSame(one, attemptOf(next))) || !isAffordable(next, stack, move, context)) continue;
    await book.updateStack(stack.id, (record) => ({
      ...record,
      plan: next,
      hosts: record.hosts.map((host) => (host.instanceId === null ? { ...host, zone: next.zone } : host)),
    }));
    await choices.rewrite(next);
    run.emit(eventOf(stack, next, problem), stack.id);
    return next;
  }
  return null;
}

/** Where a move would put the stack; null: nowhere, or the cloud does not say. */
async function placed(
  move: Move,
  { stack, plan, problem }: { readonly stack: PinnedStack; readonly plan: StackPlan; readonly problem: Problem },
  { ports, choices, attempts }: FallThrough,
): Promise<PinnedStack | null> {
  const spot = stack.spot.enabled && move !== 'on-demand';
  const inMarket = attempts.filter((one) => one.spot === spot);
  const isTried = (type: string): boolean => inMarket.some(({ instanceType }) => sameType(instanceType, type));
  const isCurrent = (type: string): boolean => sameType(stack.instanceType, type);
  const variant: StackPlan = {
    ...plan,
    region: stack.region,
    spot: { ...plan.spot, enabled: spot },
    instanceTypes: plan.instanceTypes.filter(({ type }) => (move === 'type' ? !isTried(type) && !isCurrent(type) : isCurrent(type))),
  };
  if (variant.instanceTypes.length === 0) return null;
  const again: LookupAgain = {
    soldOut: inMarket.map(({ instanceType, zone }) => ({ instanceType, zone })),
    // A machine that moves as little as possible keeps its network.
    preferredZones: move === 'zone' ? (problem.zonesOffered ?? []) : [stack.zone],
  };
  try {
    // What is said on the way was said by the first look-up.
    const lookup = await askCloud({ plan: choices.plan, stack: variant, ports, account: stack.account }, (lookUpOne) => lookUpOne(variant, () => undefined, again));
    return priceStack({ ...pinned(choices.plan, variant, lookup), allowFrom: stack.allowFrom, cloudDeadline: stack.cloudDeadline }, ports);
  } catch (error) {
    if (error instanceof LabError) return null;
    throw error;
  }
}

/** Spot and zones are the profile's own word. A dearer type keeps to the limit, and to the price that somebody said yes to. */
function isAffordable(next: PinnedStack, before: PinnedStack, move: Move, { book, choices: { maxHourly, priceApproved } }: FallThrough): boolean {
  const dearer = next.hourlyPrice === null || before.hourlyPrice === null || next.hourlyPrice > before.hourlyPrice;
  if (maxHourly === null) return !(priceApproved && move === 'type' && dearer);
  const stacks = Object.values(book.record.stacks).map(({ plan }) => (plan.id === next.id ? next : plan));
  return overBudget(stacks.map(withCost), maxHourly) === null;
}

function eventOf(before: PinnedStack, next: PinnedStack, { summary }: Problem): FallbackEvent {
  const changed: readonly (readonly [string, string])[] = [
    ...(before.spot.enabled === next.spot.enabled ? [] : [['spot', 'on-demand'] as const]),
    ...(before.instanceType === next.instanceType ? [] : [[before.instanceType, next.instanceType] as const]),
    ...(before.zone === next.zone ? [] : [[before.zone, next.zone] as const]),
  ];
  return { type: 'fallback', from: changed.map(([from]) => from).join(' in '), to: changed.map(([, to]) => to).join(' in '), reason: summary };
}

/** Azure's names come back in another case than they were asked for in. */
function sameType(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function isSame(a: Attempt, b: Attempt): boolean {
  return a.instanceType === b.instanceType && a.zone === b.zone && a.spot === b.spot;
}
