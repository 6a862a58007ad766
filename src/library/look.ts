import type { SessionSummary } from '../core/session.ts';
import { called } from './call.ts';
import { eventsOf } from './events-of.ts';
import type { LabRun } from './lab-run.ts';
import type { CallOptions } from './options.ts';
import type { ShownSession } from './shown-session.ts';

export interface ListOptions extends CallOptions {
  /** Those that have ended, too. @default false */
  readonly archived?: boolean | undefined;
}

export interface EventsOptions extends CallOptions {
  /** Goes on as events come, until it is left or `signal` comes. @default false */
  readonly follow?: boolean | undefined;
}

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

/** The audit trail of a session, also of one that has ended: every event of every run. */
export function events(session: string, options: EventsOptions = {}): LabRun<void> {
  return eventsOf(options, async ({ context }, sink) => (await import('./work/look.ts')).sayEvents(context, session, options.follow === true, sink));
}
