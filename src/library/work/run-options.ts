import { parseDuration } from '../../core/duration.ts';
import type { LabPorts } from '../../lab/ports.ts';
import type { Call } from '../call.ts';
import type { LabContext } from '../context.ts';
import type { Approve, RunOptions } from '../options.ts';
import { wrongUsage } from '../wrong-usage.ts';

/** Nothing asks. */
export const no = (): Promise<boolean> => Promise.resolve(false);

/** The answer of whoever is to be asked; nobody: nothing asks. */
export function approval(approve: Approve | undefined): LabPorts['approve'] {
  return async (question) => (approve === undefined ? false : approve(question));
}

/** Whether a run is a rehearsal, by its options or LABTUI_REHEARSE, and what is to go wrong in it. */
export function faultsOf({ rehearse, faults }: RunOptions, { environment }: LabContext): { readonly rehearse: boolean; readonly fault: readonly string[] } {
  return { rehearse: rehearse ?? /^(?:1|true|yes|on)$/i.test(environment.LABTUI_REHEARSE ?? ''), fault: faults ?? [] };
}

/** Milliseconds; null: no limit. Throws invalid-input for what is no duration. */
export function timeoutOf({ timeout }: Pick<RunOptions, 'timeout'>, settings: Call['settings']): number | null {
  return timeout === undefined ? (settings.timeoutMs ?? null) : durationOf(timeout, '--timeout');
}

/** Milliseconds of `--older-than`. Throws wrong usage for what is no duration. */
export function ageOf(olderThan: string): number {
  const ms = parseDuration(olderThan);
  if (ms === null) throw wrongUsage(`--older-than ${olderThan} is no duration`, '--older-than 4h');
  return ms;
}

/** Milliseconds, a second at least. Throws wrong usage, naming the flag, for what is no duration. */
export function durationOf(given: string | number, flag: string): number {
  const ms = typeof given === 'number' ? given : parseDuration(given);
  if (ms === null || !(ms >= 1_000)) throw wrongUsage(`${flag} ${given} is no duration`, `${flag} 10m`);
  return ms;
}
