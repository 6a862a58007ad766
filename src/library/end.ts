import { runOf } from './events-of.ts';
import type { LabRun } from './lab-run.ts';
import type { CleanupOptions, DestroyOptions } from './options.ts';

/**
 * Ends sessions from their state and proves it: a `receipt` event for each. Several at once: their events are mixed, each ends with its own
 * result, and the last is that of all. What is gone already is a success.
 */
export function destroy(sessions: string | readonly string[], options: DestroyOptions = {}): LabRun {
  return runOf(options, async (call, sink) => (await work()).endSessions(call, typeof sessions === 'string' ? [sessions] : sessions, options, sink));
}

/** Ends many sessions of the directory: all of them, those past their deadline, or those older than a duration. */
export function cleanup(options: CleanupOptions = {}): LabRun {
  return runOf(options, async (call, sink) => {
    const { endSessions, sessionsToEnd } = await work();
    const sessions = await sessionsToEnd(call, options);
    await endSessions(call, sessions.map(({ id }) => id), options, sink);
  });
}

function work() {
  return import('./work/end-sessions.ts');
}
