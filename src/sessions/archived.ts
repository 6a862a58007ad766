import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionSummary } from '../core/session.ts';
import { isSessionId } from '../core/session-id.ts';
import { syncDirectory } from '../platform/durable-write.ts';
import { errnoOf } from '../platform/errno.ts';
import { diskProblem } from './disk-problem.ts';
import { archivedDirectory, archiveRoot } from './place.ts';
import { isPlainObject } from './plain-object.ts';
import { removeChild, removeLeftovers, unfinishedPrefix } from './remove.ts';
import { listArchive } from './summaries.ts';

/** A session that has ended. */
export interface ArchivedSession extends SessionSummary {
  /** When it last changed, ISO 8601: the end of it. */
  readonly endedAt: string;
  /** All of its files together. */
  readonly bytes: number;
}

/** The archive of a sessions directory, the longest ended first. One that somebody removes meanwhile is left out. */
export function listArchived(root: string): readonly ArchivedSession[] {
  return listArchive(root)
    .filter(({ id }) => isSessionId(id))
    .flatMap((summary) => {
      try {
        const directory = join(archiveRoot(root), summary.id);
        return [{ ...summary, endedAt: endOf(directory), bytes: sizeOf(directory) }];
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return [];
        throw error;
      }
    })
    .sort((a, b) => (a.endedAt < b.endedAt ? -1 : 1));
}

/**
 * Removes an archived session for good, with its events and its receipt. By one rename, so that it is there whole or not at all. False
 * where it is not in the archive any more: somebody went on with it.
 */
export async function removeArchived(root: string, id: string): Promise<boolean> {
  const directory = archivedDirectory(root, id);
  const going = `${unfinishedPrefix}${id}-${randomBytes(3).toString('hex')}`;
  try {
    await rename(directory, join(archiveRoot(root), going));
    await removeChild(archiveRoot(root), going);
    await syncDirectory(archiveRoot(root));
    await removeLeftovers(archiveRoot(root)).catch(() => undefined);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw diskProblem(error, directory);
  }
}

/** The last time of its phases; of a damaged one, when its record or its directory last changed. */
function endOf(directory: string): string {
  const file = join(directory, 'session.json');
  const times = phaseTimes(file).filter((time) => !Number.isNaN(Date.parse(time)));
  const last = times.sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
  return last ?? (statSync(file, { throwIfNoEntry: false }) ?? statSync(directory)).mtime.toISOString();
}

function phaseTimes(file: string): string[] {
  try {
    const record: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const times = isPlainObject(record) && isPlainObject(record.phaseTimes) ? Object.values(record.phaseTimes) : [];
    return times.filter((time): time is string => typeof time === 'string');
  } catch {
    return [];
  }
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(directory, entry.name);
    return sum + (entry.isDirectory() ? sizeOf(path) : (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0));
  }, 0);
}
