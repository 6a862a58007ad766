import { LabError } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import { adoptOrphans } from './adopt-orphans.ts';
import { soundState } from './state-guard.ts';
import type { SessionWork } from './session-work.ts';

/**
 * Makes a stack's state what a plan may build on: sound, with what an earlier run created and did not get to write down taken in.
 * Rejects with kind state where a state that knew machines is gone beyond its backups and the cloud's listing does not give them
 * back: a plan would create everything again.
 */
export async function prepareState(stack: PinnedStack, context: SessionWork): Promise<void> {
  const { ports, book } = context;
  const state = await soundState(stack.id, context);
  const record = book.record.stacks[stack.id];
  if (record === undefined || record.applyStartedAt === null) return;
  await adoptOrphans(stack, context);
  if (state.kind !== 'absent' || record.goneAt !== null) return;
  const known = record.hosts.flatMap(({ instanceId }) => instanceId ?? []);
  if (known.length === 0) return;
  const now = await ports.readState(book.paths.state(stack.id));
  const missing = known.filter((id) => now.kind !== 'ok' || !now.resources.some((resource) => resource.id === id));
  if (missing.length === 0) return;
  throw new LabError({
    kind: 'state',
    summary: `the state of ${stack.id} is missing, there is no backup of it, and ${missing.join(', ')} could not be taken in again: everything would be created twice`,
    detail: book.paths.state(stack.id),
    hint: `put the file back from a copy, or end what the cloud still lists: labtui destroy ${book.record.id}`,
  });
}
