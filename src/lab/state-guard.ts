import { LabError } from '../core/errors.ts';
import type { StateFile } from '../core/terraform.ts';
import { isOwnCopy, whyForeign } from './state-origin.ts';
import type { SessionWork } from './session-work.ts';

export type SoundState = Exclude<StateFile, { kind: 'unreadable' }>;

/**
 * The stack's state, before Terraform may touch it. A truncated, emptied, deleted or foreign state, or one that is older than
 * what labtui has kept of it, is put back from the newest whole backup of its own, with an event; where there is none, LabError of kind state.
 * Terraform itself would read an empty file as "nothing exists" and create everything again, and destroy from a foreign one what
 * is another session's.
 */
export async function soundState(stackId: string, context: SessionWork): Promise<SoundState> {
  const { ports, run, book } = context;
  const file = book.paths.state(stackId);
  const state = await ports.readState(file);
  const started = book.record.stacks[stackId]?.applyStartedAt ?? null;
  if (state.kind === 'absent' && started === null) return state;
  const reason = await whyUnsound(state, stackId, context);
  if (reason === null) {
    if (state.kind === 'unreadable') throw new Error(`an unreadable state counts as sound: ${file}`);
    return state;
  }
  const backup = await ports.sessions.restoreNewestBackup(book.record.id, stackId, (copy) => isOwnCopy(copy, book.record.id, ports));
  if (backup !== null) {
    run.emit({ type: 'fallback', from: `${stackId}/terraform.tfstate`, to: `backup ${backup}`, reason: `the state ${reason}` }, stackId);
    const restored = await ports.readState(file);
    if (restored.kind !== 'unreadable' && (await whyUnsound(restored, stackId, context)) === null) return restored;
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

/** Why Terraform must not see the state as it is; null where it may. */
async function whyUnsound(state: StateFile, stackId: string, { ports, book }: SessionWork): Promise<string | null> {
  if (state.kind === 'absent') return 'is missing';
  return state.kind === 'unreadable' ? state.reason : whyForeign(state, stackId, book.record.id, ports);
}

/**
 * Before a teardown: takes a state that is broken beyond its backups out of the way where the cloud's listing can stand in
 * for it, so that what is listed can be taken in and destroyed. Returns whether it did; otherwise the broken state stands,
 * and with it the refusal.
 */
export async function giveUpBrokenState(stackId: string, context: SessionWork, listingWillDo: () => Promise<boolean>): Promise<boolean> {
  const { ports, run, book } = context;
  try {
    await soundState(stackId, context);
    return false;
  } catch (error) {
    if (!(error instanceof LabError) || error.problem.kind !== 'state') throw error;
    if (!(await listingWillDo())) return false;
    const kept = await ports.sessions.setStateAside(book.record.id, stackId);
    run.emit({ type: 'fallback', from: `${stackId}/terraform.tfstate`, to: "the cloud's own listing", reason: `${error.message}; it is kept as backups/${stackId}/${kept}` }, stackId);
    return true;
  }
}
