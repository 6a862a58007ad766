import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import type { KnownSession } from '../core/known-session.ts';
import type { SessionRecord, SessionSummary } from '../core/session.ts';
import { readLock } from './lock-file.ts';
import { describeHolder, isAbandoned, type Observer } from './lock-holder.ts';
import { pathsIn } from './place.ts';
import { readRecord } from './record-file.ts';
import { listArchive, listSessions } from './summaries.ts';

export interface KnownSessions {
  readonly sessions: readonly KnownSession[];
  /** Sessions directories that are there and cannot be read, with the reason. */
  readonly unreadable: readonly { readonly root: string; readonly reason: string }[];
}

/** The sessions below these directories, archived ones too, with who works on each. A directory that is gone has none. */
export async function knownSessions(roots: readonly string[], observer: Observer): Promise<KnownSessions> {
  const sessions: KnownSession[] = [];
  const unreadable: KnownSessions['unreadable'][number][] = [];
  for (const root of new Set(roots)) {
    try {
      // The live ones are read before the archive, which one of them may move to meanwhile.
      const alive = listSessions(root);
      const ended = listArchive(root);
      const endedIds = new Set(ended.map(({ id }) => id));
      for (const summary of ended) sessions.push(archived(summary, root));
      for (const summary of alive) if (!endedIds.has(summary.id)) sessions.push(await live(summary, root, observer));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      unreadable.push({ root, reason: error.message });
    }
  }
  return { sessions, unreadable };
}

function archived(summary: SessionSummary, root: string): KnownSession {
  const { id, phase, expiresAt, rehearsed } = summary;
  return { id, root, archived: true, phase, expiresAt, onFailure: 'destroy', rehearsed, inUseBy: null, problem: null, places: [] };
}

async function live({ id, phase, expiresAt, rehearsed, problem }: SessionSummary, root: string, observer: Observer): Promise<KnownSession> {
  const directory = join(root, id);
  const record = problem ?? (await recordOrProblem(directory, id));
  const lock = await readLock(directory);
  const inUseBy = lock === null || isAbandoned(lock, observer) ? null : describeHolder(lock.holder, observer.host);
  const known = { id, root, archived: false, phase, expiresAt, inUseBy } as const;
  if (typeof record !== 'string') return { ...known, onFailure: wasBeingDestroyed(record) ? 'destroy' : record.onFailure, rehearsed, problem: null, places: placesOf(record) };
  // Of one that cannot be read its Terraform configuration says it.
  return { ...known, onFailure: 'keep', rehearsed: rehearsed || existsSync(pathsIn(directory).rehearsalConfig), problem: record, places: [] };
}

/** Its user has asked for its end: what a failed apply is kept for no longer counts. */
function wasBeingDestroyed({ phaseTimes: { destroying, applying } }: SessionRecord): boolean {
  return destroying !== undefined && (applying === undefined || Date.parse(applying) < Date.parse(destroying));
}

async function recordOrProblem(directory: string, id: string): Promise<SessionRecord | string> {
  try {
    return await readRecord(directory, id);
  } catch (error) {
    if (error instanceof LabError) return error.message;
    throw error;
  }
}

function placesOf({ stacks }: SessionRecord): KnownSession['places'] {
  return Object.values(stacks)
    .filter(({ applyStartedAt, goneAt }) => applyStartedAt !== null && goneAt === null)
    .map(({ plan: { cloud, account, region, settings } }) => ({ cloud, account, region, settings }));
}
