import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { SessionLock } from '../core/session.ts';
import { type ComputerIdentity, thisComputer } from '../platform/computer-identity.ts';
import { errnoOf } from '../platform/errno.ts';
import { processStartTime } from '../platform/process-identity.ts';
import { diskProblem } from './disk-problem.ts';
import { beat, type LockEntry, lockFileOf, newToken, releaseLock, tryLock } from './lock-file.ts';
import { describeHolder, isAbandoned, type LockHolder, whereIs } from './lock-holder.ts';
import { findPlace, placeOf } from './place.ts';

export interface LockTimes {
  /** @default 30 s */
  readonly waitMs?: number | undefined;
  /** After this long the user is told whom labtui waits for. @default 1 s */
  readonly noticeMs?: number | undefined;
  /** @default 100 ms */
  readonly pollMs?: number | undefined;
  /** How often a holder gives a sign of life. @default 10 s */
  readonly beatMs?: number | undefined;
}

export interface LockContext {
  readonly root: string;
  readonly now: () => Date;
  readonly hostName: string;
  readonly pid: number;
  readonly times: LockTimes;
  /** @default this one */
  readonly computer?: ComputerIdentity | undefined;
}

/**
 * Takes the session's lock, wherever the session is: one that another labtui archives meanwhile is locked there. Waits for a
 * living holder, succeeds a dead one with a `log` event. Rejects with kind conflict naming the holder, not-found where
 * the session is gone.
 */
export async function lockSession(context: LockContext, id: string, purpose: string, emit: Emit): Promise<SessionLock> {
  const { root, hostName, times, computer = thisComputer() } = context;
  const { waitMs = 30_000, noticeMs = 1_000, pollMs = 100, beatMs = 10_000 } = times;
  const startedMs = performance.now();
  const stillness = watchStillness();
  const isDead = (entry: LockEntry): boolean => isAbandoned(entry, { host: hostName, nowMs: context.now().getTime(), stillMs: stillness(entry), computer });
  const nameOf = (entry: LockEntry): string => describeHolder(entry.holder, hostName, computer);
  const mine = { ...holderNow(context, purpose), computer, beatMs };
  for (let told = false; ; ) {
    const { directory } = placeOf(root, id);
    const attempt = await attemptIn(directory, mine, isDead);
    if (attempt.kind === 'taken') {
      if (attempt.from !== null) emit({ type: 'log', level: 'warn', message: takeoverMessage(id, attempt.from, nameOf(attempt.from)) });
      const stop = giveSigns(root, id, mine.token, beatMs);
      return {
        release: async () => {
          stop();
          await release(root, id, mine.token);
        },
      };
    }
    const waitedMs = performance.now() - startedMs;
    if (attempt.kind === 'held') {
      if (waitedMs >= waitMs) throw inUse(id, attempt.by, { name: nameOf(attempt.by), file: lockFileOf(directory), host: hostName, computer });
      if (!told && waitedMs >= noticeMs) {
        told = true;
        emit({ type: 'log', level: 'info', message: `waiting for ${nameOf(attempt.by)} to finish with ${id}` });
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

/** For how long a lock was seen unchanged. Not by the wall clock, which may be set meanwhile. */
function watchStillness(): (entry: LockEntry) => number {
  let seen: { readonly mark: string; readonly atMs: number } | null = null;
  return ({ token, changedAtMs }) => {
    const mark = `${token} ${changedAtMs}`;
    if (seen?.mark !== mark) seen = { mark, atMs: performance.now() };
    return performance.now() - seen.atMs;
  };
}

/** Touches the lock again and again, wherever its session is; keeps no process alive. */
function giveSigns(root: string, id: string, token: string, beatMs: number): () => void {
  const timer = setInterval(() => {
    const place = findPlaceQuietly(root, id);
    // A sign that fails is one that is missing.
    if (place !== null) beat(place, token).catch(() => undefined);
  }, beatMs);
  timer.unref();
  return () => clearInterval(timer);
}

function findPlaceQuietly(root: string, id: string): string | null {
  try {
    return findPlace(root, id)?.directory ?? null;
  } catch {
    return null;
  }
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

function takeoverMessage(id: string, { holder }: LockEntry, name: string): string {
  return `${name} ended without releasing ${id}${holder === null ? '' : `, held since ${holder.since}`}; going on in its place`;
}

interface Seen {
  readonly name: string;
  readonly file: string;
  readonly host: string;
  readonly computer: ComputerIdentity;
}

function inUse(id: string, { holder }: LockEntry, { name, file, host, computer }: Seen): LabError {
  const since = holder === null ? '' : ` since ${holder.since}`;
  const foreign = holder !== null && whereIs(holder, { host, nowMs: 0, computer }) === 'elsewhere';
  const limit = holder?.beatMs === undefined ? 'after 24 h' : 'after 10 min without a sign of life';
  return new LabError({
    kind: 'conflict',
    summary: `session ${id} is in use by ${name}${since}`,
    hint: foreign
      ? `wait for it; if nothing runs on ${holder.host} any more, remove ${file} (${limit} labtui does it by itself)`
      : `wait until it is done${holder === null ? '' : `, or end it cleanly: kill -INT ${holder.pid}`}`,
    retryable: true,
  });
}
