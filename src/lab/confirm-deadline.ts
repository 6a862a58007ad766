import type { CloudApi } from '../core/cloud.ts';
import type { CloudDeadline, DeadlineReading } from '../core/deadline.ts';
import { LabError } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import { deadlineOf } from '../core/protection.ts';
import { updateProtection } from './protection-now.ts';
import { diagnosticOf } from './run.ts';
import type { SessionWork } from './session-work.ts';

/** What a cloud's deadline may differ from the lab's: clouds round to minutes, and some are set a little ahead of the guest's own. */
const toleranceMs = 120_000;

/**
 * Reads the cloud's own deadline of an applied stack back, and writes into the session whether it is armed: a schedule that was made is
 * not yet one that acts. What is missing is a warning, never a failure.
 */
export async function confirmDeadline(stack: PinnedStack, context: SessionWork): Promise<void> {
  const { ports, run, book } = context;
  const { expiresAt } = book.record;
  const planned = deadlineOf(stack, (id) => ports.cloud(id).facts);
  if (expiresAt === null || planned.state === 'missing') return;
  const reading = await readDeadline(stack, context);
  if (reading === null) return;
  const deadline = judged(planned.kind, reading, expiresAt);
  await book.updateStack(stack.id, (record) => ({ ...record, plan: { ...record.plan, cloudDeadline: deadline } }));
  if (deadline.state === 'missing') {
    run.emit(
      diagnosticOf({ kind: 'not-ready', summary: `the cloud's own deadline is not armed: ${deadline.reason}`, hint: 'labtui show SESSION   says which layers hold' }, 'warning'),
      stack.id,
    );
  }
  await updateProtection(context);
}

/** What the cloud says of it; null: this cloud has no way to be asked. */
export async function readDeadline(stack: PinnedStack, { ports, book }: SessionWork): Promise<DeadlineReading | null> {
  let api: CloudApi | undefined;
  try {
    api = await ports.cloud(stack.cloud).loadApi?.({ region: stack.region, settings: stack.settings, account: stack.account });
    if (api?.readDeadline === undefined) return null;
    const state = await ports.readState(book.paths.state(stack.id));
    return await api.readDeadline({ sessionId: book.record.id, stackId: stack.id, resources: state.kind === 'ok' ? state.resources : [] });
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { armed: false, reason: `it could not be read back: ${error.message}` };
  } finally {
    api?.close();
  }
}

/** Armed is what acts, and at the lab's deadline. */
export function judged(kind: NonNullable<CloudDeadline['kind']>, reading: DeadlineReading, expiresAt: string): CloudDeadline {
  if (!reading.armed) return { kind, state: 'missing', reason: reading.reason };
  if (Math.abs(Date.parse(reading.at) - Date.parse(expiresAt)) > toleranceMs) {
    return { kind, state: 'missing', reason: `it acts at ${reading.at}, and the lab ends at ${expiresAt}` };
  }
  return { kind, state: 'armed', at: reading.at };
}
