import { parseDuration } from '../core/duration.ts';
import { UsageError } from './failure.ts';

/** Milliseconds since 1970 of a flag such as --since; null where it is not given. A duration counts back from now; a date without a time zone is UTC, as the times that are printed. */
export function timeOf(flag: string, text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  const agoMs = parseDuration(text);
  if (agoMs !== null) return nowMs - agoMs;
  const date = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  const atMs = date === null ? Number.NaN : Date.parse(`${text.replace(' ', 'T')}${date[1] === undefined && text.length > 10 ? 'Z' : ''}`);
  if (Number.isNaN(atMs)) throw new UsageError(`${flag} ${text} is neither a duration nor a date`, `${flag} 2h   or   ${flag} 2026-01-31   or   ${flag} 2026-01-31T12:00Z`);
  return atMs;
}
