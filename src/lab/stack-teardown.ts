import type { Problem } from '../core/errors.ts';
import type { LeftResource, ReceiptPlace, ReceiptTypeCount } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { tagKeys } from '../core/tags.ts';
import type { SessionBook } from './session-book.ts';
import type { SessionWork } from './session-work.ts';

/** What became of one stack. */
export interface StackTeardown {
  readonly byType: Readonly<Record<string, ReceiptTypeCount>>;
  readonly left: readonly LeftResource[];
  readonly verifiedBy: readonly ('state' | 'listing')[];
  readonly place: ReceiptPlace;
  readonly interrupted: boolean;
  /** Why something is left or unverified; already reported. */
  readonly problems: readonly Problem[];
}

/** Terraform was never started here, so nothing can exist. */
export function neverApplied(stack: PinnedStack, book: SessionBook): StackTeardown {
  return { byType: {}, left: [], verifiedBy: ['state'], place: placeOf(stack, book, null), interrupted: false, problems: [] };
}

/** Where a stack's listing is asked, and for what. */
export function placeOf({ cloud, account, region }: PinnedStack, { record }: SessionBook, listedAt: string | null): ReceiptPlace {
  return { cloud, account, region, tagQuery: `${tagKeys.session}=${record.id}`, listedAt };
}

/** Writes into the session whether the stack is gone, and says it. */
export async function recordEnd(stack: PinnedStack, { ports, run, book }: SessionWork, left: readonly LeftResource[], problems: readonly Problem[]): Promise<void> {
  const gone = left.length === 0 && problems.length === 0;
  await book.updateStack(stack.id, (record) => ({ ...record, phase: gone ? 'destroyed' : 'failed', goneAt: gone ? ports.now().toISOString() : null }));
  run.phase(gone ? 'destroyed' : 'failed', 100, gone ? 'nothing is left' : `${left.length} left`, stack.id);
}

/**
 * Waits for the Terraform of a labtui that was killed: it may still create things that no state and no listing has yet.
 * false: interrupted while it still runs.
 */
export async function settleEarlier(stack: PinnedStack, context: SessionWork): Promise<boolean> {
  const { ports, run, book } = context;
  return ports.terraform.settle({
    directory: book.paths.stack(stack.id),
    passEnvironment: [],
    signal: run.signal,
    onMessage: (message) => {
      if (message.kind === 'log') run.emit({ type: 'log', level: message.level, message: message.message }, stack.id);
    },
  });
}
