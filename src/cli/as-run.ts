import type { EventOrigin, LabEvent, Phase } from '../core/events.ts';
import type { CliContext } from './context.ts';
import { reportFailure } from './failure.ts';
import { originOf } from './origin.ts';

/**
 * A command whose last line of JSON is its result, also where it fails before the run began: in a profile, for want
 * of a yes. Resolves to the exit code.
 */
export async function asRun(context: CliContext, work: () => Promise<number>): Promise<number> {
  if (!context.settings.json) return work();
  const startedMs = Date.now();
  try {
    return await work();
  } catch (error) {
    const exitCode = await reportFailure(error, context);
    context.out(resultLine(exitCode, 'failed', Date.now() - startedMs, originOf(context)));
    return exitCode;
  }
}

/** The result of a run that came to no session, as a line of JSON. */
export function resultLine(exitCode: number, phase: Phase, durationMs = 0, origin: EventOrigin = {}): string {
  const result: LabEvent = {
    v: 1,
    time: new Date().toISOString(),
    session: null,
    stack: null,
    type: 'result',
    ok: exitCode === 0,
    exitCode,
    phase,
    hosts: [],
    durationMs,
    timings: { total: durationMs },
    ...origin,
  };
  return `${JSON.stringify(result)}\n`;
}
