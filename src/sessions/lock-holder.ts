import { type ComputerIdentity, thisComputer } from '../platform/computer-identity.ts';
import { isSameProcess } from '../platform/process-identity.ts';
import { isPlainObject } from './plain-object.ts';

/** Who holds a lock, as its file says. */
export interface LockHolder {
  readonly token: string;
  readonly pid: number;
  /** With the pid it names one process for good; null where the system does not tell. */
  readonly startTime: string | null;
  readonly host: string;
  /** The command: apply, destroy, ... */
  readonly purpose: string;
  readonly since: string;
  /** Where its pid means something. Absent in locks of an older labtui. */
  readonly computer?: ComputerIdentity | undefined;
  /** How often it touches the lock as a sign of life. Absent: never. */
  readonly beatMs?: number | undefined;
}

/** A holder on another computer, or in another container, cannot be asked whether it lives. One that gives signs of life may be silent this long. */
const silenceLimitMs = 600_000;
/** And while somebody watches, this many signs may be missing. */
const missedBeats = 2.5;
/** One that gives none keeps its lock this long. */
const foreignLimitMs = 24 * 3_600_000;
/** Longest that a lock's file may be without content before it counts as left behind. */
const unreadableLimitMs = 10_000;

/** Whether content of a lock's file names a holder; its token must be safe as part of a file's name. */
export function isHolder(value: unknown): value is LockHolder {
  if (!isPlainObject(value)) return false;
  const { token, pid, startTime, host, purpose, since } = value;
  return (
    typeof token === 'string' &&
    /^[0-9a-f]{8,64}$/.test(token) &&
    typeof pid === 'number' &&
    (startTime === null || typeof startTime === 'string') &&
    typeof host === 'string' &&
    typeof purpose === 'string' &&
    typeof since === 'string' &&
    (value.computer === undefined || isComputer(value.computer)) &&
    (value.beatMs === undefined || typeof value.beatMs === 'number')
  );
}

function isComputer(value: unknown): value is ComputerIdentity {
  return isPlainObject(value) && [value.boot, value.pidSpace, value.machine].every((part) => part === null || typeof part === 'string');
}

export interface Observer {
  readonly host: string;
  readonly nowMs: number;
  /** For how long the lock was seen to stay as it is, by a clock that nobody sets. @default not at all */
  readonly stillMs?: number | undefined;
  /** @default this one */
  readonly computer?: ComputerIdentity | undefined;
}

/** Whether nobody holds this lock any more, as seen from this computer. */
export function isAbandoned(
  { holder, changedAtMs }: { readonly holder: LockHolder | null; readonly changedAtMs: number },
  observer: Observer,
): boolean {
  const { nowMs, stillMs = 0 } = observer;
  if (holder === null) return nowMs - changedAtMs > unreadableLimitMs || stillMs > unreadableLimitMs;
  switch (whereIs(holder, observer)) {
    case 'here':
      return !isSameProcess(holder.pid, holder.startTime);
    case 'before-a-restart':
      return true;
    case 'elsewhere': {
      // Both: a clock that was set forward makes nobody silent, and a computer that slept for a minute has not died.
      if (holder.beatMs !== undefined) return nowMs - changedAtMs > silenceLimitMs && stillMs >= missedBeats * holder.beatMs;
      const sinceMs = Date.parse(holder.since);
      return Number.isNaN(sinceMs) || nowMs - sinceMs > foreignLimitMs;
    }
  }
}

/** Where a holder's pid means something, as seen from an observer. */
export function whereIs({ host, computer: theirs }: LockHolder, { host: here, computer: mine = thisComputer() }: Observer): 'here' | 'before-a-restart' | 'elsewhere' {
  const byName = host === here ? 'here' : 'elsewhere';
  if (theirs === undefined) return byName;
  if (differ(theirs.machine, mine.machine)) return 'elsewhere';
  if (differ(theirs.boot, mine.boot)) return byName === 'here' ? 'before-a-restart' : 'elsewhere';
  if (theirs.boot === null || mine.boot === null) return byName;
  if (differ(theirs.pidSpace, mine.pidSpace)) return 'elsewhere';
  // The same boot and the same process numbers: a computer may get another name while it runs.
  return theirs.pidSpace === null || mine.pidSpace === null ? byName : 'here';
}

function differ(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one !== other;
}

/** `labtui (pid 4711, destroy)`, with its host where that is another one, or that it is in another container. */
export function describeHolder(holder: LockHolder | null, host: string, computer?: ComputerIdentity): string {
  if (holder === null) return 'a labtui that is just starting';
  const where = holder.host !== host ? ` on ${holder.host}` : whereIs(holder, { host, nowMs: 0, computer }) === 'elsewhere' ? ' in another container' : '';
  return `labtui (pid ${holder.pid}${where}, ${holder.purpose})`;
}
