import type { SessionSummary } from '../core/session.ts';
import type { MachineSnapshot } from '../core/snapshot.ts';
import { called } from './call.ts';
import { eventsOf } from './events-of.ts';
import type { LabRun } from './lab-run.ts';
import type { EventsOptions, KeptReceipt, ListOptions, SnapshotsOptions } from './look-options.ts';
import type { CallOptions } from './options.ts';
import type { ShownSession } from './shown-session.ts';

/** The labs of the sessions directory. One that cannot be read is there, with its `problem`. */
export function list(options: ListOptions = {}): Promise<readonly SessionSummary[]> {
  return called(options, async ({ context }) => {
    const { openSessions } = await import('./sessions.ts');
    const sessions = await openSessions(context).list({ archived: options.archived === true });
    // Whether machines on this computer run is seen at once, and so told: it may have been restarted.
    const { isAnythingRegistered } = await import('../local/registry-directory.ts');
    if (!sessions.some(({ archived, state }) => !archived && state === 'running') || !isAnythingRegistered(context.environment)) return sessions;
    return (await import('./local-power.ts')).withLocalPower(sessions, context);
  });
}

/** One session, by its id, the beginning of one, or its name: what is planned, what there is, its hosts. Rejects with a LabError where there is none. */
export function show(session: string, options: CallOptions = {}): Promise<ShownSession> {
  return called(options, async ({ context }) => (await import('./work/look.ts')).showSession(context, session));
}

/** The audit trail of a session, also of one that has ended: every event of every run. Of null: of all sessions, by time (`follow` takes one). */
export function events(session: string | null, options: EventsOptions = {}): LabRun<void> {
  return eventsOf(options, async ({ context }, sink) => (await import('./work/look.ts')).sayEvents(context, session, options, sink));
}

/** What the last teardown of a session proved. Rejects with not-found where there was none yet. */
export function receipt(session: string, options: CallOptions = {}): Promise<KeptReceipt> {
  return called(options, async ({ context }) => (await import('./work/receipts.ts')).receiptOf(context, session));
}

/** What the last sweep proved, of the clouds or (`rehearse`) of simulated ones. Rejects with not-found where there was none yet. */
export function sweepReceipt(options: CallOptions & { readonly rehearse?: boolean | undefined } = {}): Promise<KeptReceipt> {
  return called(options, async ({ context }) => (await import('./work/receipts.ts')).sweepReceiptOf(context, options.rehearse === true));
}

/** The snapshots of a session's machines, oldest first. Rejects with invalid-input where its cloud keeps none. */
export function snapshots(session: string, options: SnapshotsOptions = {}): Promise<readonly MachineSnapshot[]> {
  return called(options, async ({ context }) => (await import('./work/look.ts')).snapshotsOf(context, session, options));
}
