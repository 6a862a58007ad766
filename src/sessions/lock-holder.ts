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
}

/** A holder on another computer cannot be asked whether it lives. */
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
    typeof since === 'string'
  );
}

export interface Observer {
  readonly host: string;
  readonly nowMs: number;
}

/** Whether nobody holds this lock any more, as seen from this computer. */
export function isAbandoned(
  { holder, changedAtMs }: { readonly holder: LockHolder | null; readonly changedAtMs: number },
  { host, nowMs }: Observer,
): boolean {
  if (holder === null) return nowMs - changedAtMs > unreadableLimitMs;
  if (holder.host === host) return !isSameProcess(holder.pid, holder.startTime);
  const sinceMs = Date.parse(holder.since);
  return Number.isNaN(sinceMs) || nowMs - sinceMs > foreignLimitMs;
}

/** `labtui (pid 4711, destroy)`, with its host where that is another one. */
export function describeHolder(holder: LockHolder | null, host: string): string {
  if (holder === null) return 'a labtui that is just starting';
  return `labtui (pid ${holder.pid}${holder.host === host ? '' : ` on ${holder.host}`}, ${holder.purpose})`;
}
