import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateBackup } from '../core/session.ts';
import { errnoOf } from '../platform/errno.ts';
import { diskProblem } from './disk-problem.ts';

/** Names of the kept copies in a directory, oldest first: their names are times. */
export async function backupNames(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).filter((name) => /^\d{4}-.*\.tfstate$/.test(name)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw diskProblem(error, directory);
  }
}

/** The kept copies in a directory, newest first. One that goes meanwhile is left out. */
export async function listBackups(directory: string): Promise<readonly StateBackup[]> {
  const found: StateBackup[] = [];
  for (const name of (await backupNames(directory)).toReversed()) {
    const file = join(directory, name);
    const stats = await stat(file).catch(() => null);
    if (stats !== null) found.push({ name, file, time: timeOf(name) ?? stats.mtime.toISOString(), bytes: stats.size });
  }
  return found;
}

/** A name after all others, also within one millisecond and after the clock was set back. */
export function nextName(newest: string | undefined, now: Date): string {
  const name = `${timeName(now)}.tfstate`;
  if (newest === undefined || name > newest) return name;
  const newestTime = timeOf(newest);
  return newestTime === null ? name : `${timeName(new Date(Date.parse(newestTime) + 1))}.tfstate`;
}

/** A name for what is no copy but must not be lost; never one that is there already. */
export async function replacedName(directory: string, now: Date): Promise<string> {
  const taken = new Set(await readdir(directory).catch(() => []));
  for (let time = now; ; time = new Date(time.getTime() + 1)) {
    const name = `${timeName(time)}.replaced`;
    if (!taken.has(name)) return name;
  }
}

export async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw diskProblem(error, file);
  }
}

/** A file that somebody may be writing: null also where it was another one at the end of the reading than at its begin. */
export async function readUnchanged(file: string): Promise<Buffer | null> {
  try {
    const handle = await open(file, 'r');
    try {
      const before = await handle.stat({ bigint: true });
      const bytes = await handle.readFile();
      const after = await handle.stat({ bigint: true });
      const same = before.mtimeNs === after.mtimeNs && before.size === after.size && after.size === BigInt(bytes.length);
      return same ? bytes : null;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw diskProblem(error, file);
  }
}

/** ISO time that is a file's name everywhere. */
function timeName(time: Date): string {
  return time.toISOString().replaceAll(':', '-');
}

function timeOf(name: string): string | null {
  const time = name.replace(/\.tfstate$/, '').replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:');
  return Number.isNaN(Date.parse(time)) ? null : time;
}
