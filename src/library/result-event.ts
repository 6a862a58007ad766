import type { Phase } from '../core/events.ts';
import type { LabContext } from './context.ts';
import type { FinalEvent } from './lab-run.ts';
import { originOf } from './origin.ts';

/** The result of what is of no session, or of several at once. */
export function resultEvent(context: Pick<LabContext, 'environment' | 'version'>, exitCode: number, phase: Phase, durationMs = 0): FinalEvent {
  const result = { type: 'result', ok: exitCode === 0, exitCode, phase, hosts: [], durationMs, timings: { total: durationMs } } as const;
  return { v: 1, time: new Date().toISOString(), session: null, stack: null, ...result, ...originOf(context) };
}
