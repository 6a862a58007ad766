import type { Phase } from '../core/events.ts';
import { resultEvent } from '../library/result-event.ts';
import type { CliContext } from './context.ts';
import { reportFailure } from './failure.ts';

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
    context.out(resultLine(context, exitCode, 'failed', Date.now() - startedMs));
    return exitCode;
  }
}

/** The result of a run that came to no session, as a line of JSON. */
export function resultLine(context: CliContext, exitCode: number, phase: Phase, durationMs = 0): string {
  return `${JSON.stringify(resultEvent(context, exitCode, phase, durationMs))}\n`;
}
