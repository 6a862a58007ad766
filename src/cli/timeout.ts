import { parseDuration } from '../core/duration.ts';
import { UsageError } from './failure.ts';

/** Milliseconds of `--timeout`; null where it is not given. */
export function timeoutOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = parseDuration(text);
  if (ms === null || ms < 1_000) throw new UsageError(`--timeout ${text} is no duration`, '--timeout 10m');
  return ms;
}
