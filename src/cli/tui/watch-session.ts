import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, type Problem } from '../../core/errors.ts';
import type { LabEvent } from '../../core/events.ts';
import { followEventBatches } from '../../sessions/follow-events.ts';
import type { Stop } from '../../tui/port.ts';

/** Between two readings: what comes faster comes together. */
const settleMs = 30;
/** A session that is being made may not be there yet. */
const againMs = 2_000;

/** Tells of a session's events so far and of those to come; what keeps them from being read comes as a diagnostic. */
export function watchSession(root: string, session: string, listener: (events: readonly LabEvent[]) => void): Stop {
  const controller = new AbortController();
  const { signal } = controller;
  const stopped = (): boolean => signal.aborted;
  const follow = async (): Promise<void> => {
    while (!stopped()) {
      try {
        for await (const events of followEventBatches(root, session, { signal })) {
          if (stopped()) return;
          listener(events);
          await sleep(settleMs, undefined, { signal }).catch(() => undefined);
        }
        return;
      } catch (error) {
        if (!(error instanceof LabError) || error.problem.kind !== 'not-found') throw error;
      }
      await sleep(againMs, undefined, { signal }).catch(() => undefined);
    }
  };
  follow().catch((error: unknown) => {
    if (!stopped()) listener([diagnosticOf(session, error)]);
  });
  return () => controller.abort();
}

function diagnosticOf(session: string, error: unknown): LabEvent {
  const problem: Problem = error instanceof LabError ? error.problem : { kind: 'state', summary: `its events cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  const { kind, summary, code = null, detail = null, hint = null, address = null, retryable = false } = problem;
  return { v: 1, time: new Date().toISOString(), session, stack: null, type: 'diagnostic', severity: 'error', kind, code, summary, detail, hint, address, retryable };
}
