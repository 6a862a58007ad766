import { exitCodes } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { LeftResource, ReceiptEvent, ReceiptPart, ReceiptTypeCount } from '../core/events.ts';
import { stoppedExitCode } from './run.ts';
import type { StackTeardown } from './stack-teardown.ts';
import { teardownByListing } from './teardown-by-listing.ts';
import { teardownStack } from './teardown-stack.ts';
import type { SessionWork } from './session-work.ts';

export interface SessionTeardown {
  readonly receipt: ReceiptEvent;
  /** 0, 7 when something is left or could not be verified, 130/143 when interrupted. */
  readonly exitCode: number;
  /** The same by stack. */
  readonly codes: ReadonlyMap<string, number>;
}

/** Destroys all stacks of a session and writes the receipt; from the state, or without Terraform by what the cloud lists. */
export async function teardownSession(context: SessionWork, way: 'from-state' | 'by-listing' = 'from-state'): Promise<SessionTeardown> {
  const { run, book } = context;
  await book.enter('destroying');
  run.phase('destroying', 2, way === 'from-state' ? 'from the state' : "by the cloud's own listing");
  const stacks = Object.values(book.record.stacks).map(({ plan }) => plan);
  const outcome = await teardownStacks(stacks, context, way);
  const gone = outcome.exitCode === exitCodes.done;
  await book.enter(gone ? 'destroyed' : 'failed');
  if (gone) run.phase('destroyed', 100, 'nothing is left');
  else run.phase('failed', 100, run.signal.aborted ? 'interrupted' : 'teardown incomplete');
  return outcome;
}

/** Destroys these stacks at once and writes the receipt for them. */
export async function teardownStacks(stacks: readonly PinnedStack[], context: SessionWork, way: 'from-state' | 'by-listing' = 'from-state'): Promise<SessionTeardown> {
  const { ports, run, book } = context;
  const startedMs = ports.now().getTime();
  const end = way === 'from-state' ? teardownStack : teardownByListing;
  const outcomes = await Promise.all(stacks.map(async (stack) => ({ id: stack.id, ...(await end(stack, context)) })));
  const receipt = receiptOf(outcomes, ports.now().getTime() - startedMs);
  await ports.writeFile(
    book.paths.receipt,
    `${JSON.stringify({ v: 1, session: book.record.id, time: ports.now().toISOString(), ...receipt }, null, 2)}\n`,
  );
  run.emit(receipt);
  const stopped = run.userSignal.aborted && outcomes.some(({ interrupted }) => interrupted);
  const codes = new Map(outcomes.map((outcome) => [outcome.id, isGone(outcome) ? exitCodes.done : stopped ? stoppedExitCode(run) : exitCodes.leftBehind]));
  if (stopped) return { receipt, exitCode: stoppedExitCode(run), codes };
  return { receipt, exitCode: outcomes.every(isGone) ? exitCodes.done : exitCodes.leftBehind, codes };
}

function isGone({ left, problems, interrupted }: StackTeardown): boolean {
  return left.length === 0 && problems.length === 0 && !interrupted;
}

type NamedTeardown = StackTeardown & { readonly id: string };

/** Two stacks in one region both see what belongs to neither. */
function distinct(left: readonly LeftResource[]): readonly LeftResource[] {
  return [...new Map(left.map((resource) => [`${resource.type}/${resource.id}`, resource])).values()];
}

function receiptOf(outcomes: readonly NamedTeardown[], durationMs: number): ReceiptEvent {
  const byType: Record<string, ReceiptTypeCount> = {};
  for (const outcome of outcomes) {
    for (const [type, { found, deleted, left }] of Object.entries(outcome.byType)) {
      const sum = byType[type] ?? { found: 0, deleted: 0, left: 0 };
      byType[type] = { found: sum.found + found, deleted: sum.deleted + deleted, left: sum.left + left };
    }
  }
  return {
    type: 'receipt',
    found: total(byType, 'found'),
    deleted: total(byType, 'deleted'),
    left: distinct(outcomes.flatMap(({ left }) => left)),
    byType,
    verifiedBy: (['state', 'listing'] as const).filter((way) => outcomes.every(({ verifiedBy }) => verifiedBy.includes(way))),
    durationMs,
    stacks: Object.fromEntries(outcomes.map((outcome) => [outcome.id, partOf(outcome)])),
  };
}

function partOf({ byType, left, verifiedBy, place }: StackTeardown): ReceiptPart {
  return { found: total(byType, 'found'), deleted: total(byType, 'deleted'), left, verifiedBy, place };
}

function total(byType: StackTeardown['byType'], field: keyof ReceiptTypeCount): number {
  return Object.values(byType).reduce((sum, counts) => sum + counts[field], 0);
}
