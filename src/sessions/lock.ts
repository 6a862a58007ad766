import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { SessionLock } from '../core/session.ts';
import { errnoOf } from '../platform/errno.ts';
import { processStartTime } from '../platform/process-identity.ts';
import { diskProblem } from './disk-problem.ts';
import { type LockEntry, lockFileOf, newToken, releaseLock, tryLock } from './lock-file.ts';
import { describeHolder, isAbandoned, type LockHolder } from './lock-holder.ts';
import { findPlace, placeOf } from './place.ts';

export interface LockTimes {
  /** @default 30 s */
  readonly waitMs?: number | undefined;
  /** After this long the user is told whom labtui waits for. @default 1 s */
  readonly noticeMs?: number | undefined;
  /** @default 100 ms */
  readonly pollMs?: number | undefined;
}

export interface LockContext {
  readonly root: string;
  readonly now: () => Date;
  readonly hostName: string;
  readonly pid: number;
  readonly times: LockTimes;
}

/**
 * Takes the session's lock, wherever the session is: one that another labtui archives meanwhile is locked there. Waits for a
 * living holder, succeeds a dead one with a `log` event. Rejects with kind conflict naming the holder, not-found where
 * the session is gone.
 */
export async function lockSession(context: LockContext, id: string, purpose: string, emit: Emit): Promise<SessionLock> {
  const { root, hostName, times } = context;
  const { waitMs = 30_000, noticeMs = 1_000, pollMs = 100 } = times;
  const startedMs = performance.now();
  const isDead = (entry: LockEntry): boolean => isAbandoned(entry, { host: hostName, nowMs: context.now().getTime() });
  const mine = holderNow(context, purpose);
  for (let told = false; ; ) {
    const { directory } = placeOf(root, id);
    const attempt = await attemptIn(directory, mine, isDead);
    if (attempt.kind === 'taken') {
      if (attempt.from !== null) emit({ type: 'log', level: 'warn', message: takeoverMessage(id, attempt.from, hostName) });
      return { release: () => release(root, id, mine.token) };
    }
    const waitedMs = performance.now() - startedMs;
    if (attempt.kind === 'held') {
      if (waitedMs >= waitMs) throw inUse(id, attempt.by, lockFileOf(directory), hostName);
      if (!told && waitedMs >= noticeMs) {
        told = true;
        emit({ type: 'log', level: 'info', message: `waiting for ${describeHolder(attempt.by.holder, hostName)} to finish with ${id}` });
      }
    }
    await sleep(attempt.kind === 'held' ? pollMs : Math.random() * 5);
  }
}

function holderNow({ pid, hostName, now }: LockContext, purpose: string): LockHolder {
  return {
    token: newToken(),
    pid,
    startTime: processStartTime(pid),
    host: hostName,
    purpose,
    since: now().toISOString(),
  };
}

async function attemptIn(
  directory: string,
  mine: LockHolder,
  isDead: (entry: LockEntry) => boolean,
): ReturnType<typeof tryLock> {
  try {
    return await tryLock(directory, mine, isDead);
  } catch (error) {
    // The session moved to the archive, or back, in the midst of it.
    if (errnoOf(error) === 'ENOENT') return { kind: 'changed' };
    throw diskProblem(error, lockFileOf(directory));
  }
}

/** A lock moves with its session's directory; one that is gone with it needs no release. */
async function release(root: string, id: string, token: string): Promise<void> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const place = findPlace(root, id);
    if (place === null || (await releaseLock(place.directory, token))) return;
  }
}

function takeoverMessage(id: string, { holder }: LockEntry, hostName: string): string {
  return `${describeHolder(holder, hostName)} ended without releasing ${id}${holder === null ? '' : `, held since ${holder.since}`}; going on in its place`;
}

function inUse(id: string, { holder }: LockEntry, file: string, hostName: string): LabError {
  const since = holder === null ? '' : ` since ${holder.since}`;
  const foreign = holder !== null && holder.host !== hostName;
  return new LabError({
    kind: 'conflict',
    summary: `session ${id} is in use by ${describeHolder(holder, hostName)}${since}`,
    hint: foreign
      ? `wait for it; if nothing runs on ${holder.host} any more, remove ${file} (after 24 h labtui does it by itself)`
      : `wait until it is done${holder === null ? '' : `, or end it cleanly: kill -INT ${holder.pid}`}`,
    retryable: true,
  });
}
