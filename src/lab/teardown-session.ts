import { exitCodes } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { LeftResource, ReceiptEvent, ReceiptTypeCount } from '../core/events.ts';
import { stoppedExitCode } from './run.ts';
import { type StackTeardown, type TeardownContext, teardownStack } from './teardown-stack.ts';

export interface SessionTeardown {
  readonly receipt: ReceiptEvent;
  /** 0, 7 when something is left or could not be verified, 130/143 when interrupted. */
  readonly exitCode: number;
}

/** Destroys all stacks of a session and writes the receipt. */
export async function teardownSession(context: TeardownContext): Promise<SessionTeardown> {
  const { run, book } = context;
  await book.enter('destroying');
  run.phase('destroying', 2, 'from the state');
  const stacks = Object.values(book.record.stacks).map(({ plan }) => plan);
  const outcome = await teardownStacks(stacks, context);
  const gone = outcome.exitCode === exitCodes.done;
  await book.enter(gone ? 'destroyed' : 'failed');
  if (gone) run.phase('destroyed', 100, 'nothing is left');
  else run.phase('failed', 100, run.signal.aborted ? 'interrupted' : 'teardown incomplete');
  return outcome;
}

/** Destroys these stacks at once and writes the receipt for them. */
export async function teardownStacks(stacks: readonly PinnedStack[], context: TeardownContext): Promise<SessionTeardown> {
  const { ports, run, book } = context;
  const startedMs = ports.now().getTime();
  const outcomes = await Promise.all(stacks.map((stack) => teardownStack(stack, context)));
  const receipt = receiptOf(outcomes, ports.now().getTime() - startedMs);
  await ports.writeFile(
    book.paths.receipt,
    `${JSON.stringify({ v: 1, session: book.record.id, time: ports.now().toISOString(), ...receipt }, null, 2)}\n`,
  );
  run.emit(receipt);
  if (run.userSignal.aborted && outcomes.some(({ interrupted }) => interrupted)) return { receipt, exitCode: stoppedExitCode(run) };
  const gone = outcomes.every(({ left, problems, interrupted }) => left.length === 0 && problems.length === 0 && !interrupted);
  return { receipt, exitCode: gone ? exitCodes.done : exitCodes.leftBehind };
}

/** Two stacks in one region both see what belongs to neither. */
function distinct(left: readonly LeftResource[]): readonly LeftResource[] {
  return [...new Map(left.map((resource) => [`${resource.type}/${resource.id}`, resource])).values()];
}

function receiptOf(outcomes: readonly StackTeardown[], durationMs: number): ReceiptEvent {
  const byType: Record<string, ReceiptTypeCount> = {};
  for (const outcome of outcomes) {
    for (const [type, { found, deleted, left }] of Object.entries(outcome.byType)) {
      const sum = byType[type] ?? { found: 0, deleted: 0, left: 0 };
      byType[type] = { found: sum.found + found, deleted: sum.deleted + deleted, left: sum.left + left };
    }
  }
  const total = (field: keyof ReceiptTypeCount): number => Object.values(byType).reduce((sum, counts) => sum + counts[field], 0);
  return {
    type: 'receipt',
    found: total('found'),
    deleted: total('deleted'),
    left: distinct(outcomes.flatMap(({ left }) => left)),
    byType,
    verifiedBy: (['state', 'listing'] as const).filter((way) => outcomes.every(({ verifiedBy }) => verifiedBy.includes(way))),
    durationMs,
  };
}
