import { LabError } from '../core/errors.ts';
import type { StateFile } from '../core/terraform.ts';
import type { LabPorts } from './ports.ts';
import type { Run } from './run.ts';
import type { SessionBook } from './session-book.ts';

export type SoundState = Exclude<StateFile, { kind: 'unreadable' }>;

/**
 * The stack's state, before Terraform may touch it. A truncated, emptied or deleted state of a stack that was
 * applied is put back from the newest whole backup, with an event; where there is none, LabError of kind state.
 * Terraform itself would read an empty file as "nothing exists" and create everything again.
 */
export async function soundState(
  stackId: string,
  { ports, run, book }: { ports: LabPorts; run: Run; book: SessionBook },
): Promise<SoundState> {
  const file = book.paths.state(stackId);
  const state = await ports.readState(file);
  const started = book.record.stacks[stackId]?.applyStartedAt ?? null;
  if (state.kind === 'ok' || (state.kind === 'absent' && started === null)) return state;

  const reason = state.kind === 'absent' ? 'is missing' : state.reason;
  const backup = await ports.sessions.restoreNewestBackup(book.record.id, stackId);
  if (backup !== null) {
    run.emit({ type: 'fallback', from: `${stackId}/terraform.tfstate`, to: `backup ${backup}`, reason: `the state ${reason}` }, stackId);
    const restored = await ports.readState(file);
    if (restored.kind !== 'unreadable') return restored;
  }
  // Interrupted before Terraform wrote anything: there is nothing to put back, and the listing has the last word.
  if (state.kind === 'absent') return state;
  throw new LabError({
    kind: 'state',
    summary: `the state of ${stackId} ${reason}, and there is no whole backup of it`,
    detail: file,
    hint: `look at what exists by its tag labtui-session-id=${book.record.id}, then remove the file and run: labtui destroy ${book.record.id}`,
  });
}

/**
 * Before a teardown: takes a state that is broken beyond its backups out of the way where the cloud's listing can stand in
 * for it, so that what is listed can be taken in and destroyed. Returns whether it did; otherwise the broken state stands,
 * and with it the refusal.
 */
export async function giveUpBrokenState(
  stackId: string,
  { ports, run, book }: { ports: LabPorts; run: Run; book: SessionBook },
  listingWillDo: () => Promise<boolean>,
): Promise<boolean> {
  try {
    await soundState(stackId, { ports, run, book });
    return false;
  } catch (error) {
    if (!(error instanceof LabError) || error.problem.kind !== 'state') throw error;
    if (!(await listingWillDo())) return false;
    const kept = await ports.sessions.setStateAside(book.record.id, stackId);
    run.emit({ type: 'fallback', from: `${stackId}/terraform.tfstate`, to: "the cloud's own listing", reason: `${error.message}; it is kept as backups/${stackId}/${kept}` }, stackId);
    return true;
  }
}
