import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { durableWrite, ensurePrivateDirectory } from '../platform/durable-write.ts';
import { errnoOf } from '../platform/errno.ts';
import { diskProblem } from './disk-problem.ts';
import { pathsIn, placeOf } from './place.ts';
import { isPlainObject } from './plain-object.ts';

const keptBackups = 30;

/**
 * Keeps a copy of the stack's state among the last 30, named by its time. Does nothing where there is no state, where it is
 * what the newest backup holds, or where it is not whole: Terraform rewrites the file in place, so that a reader may see half.
 */
export async function backupState(root: string, id: string, stackId: string, now: Date): Promise<void> {
  const paths = pathsIn(placeOf(root, id).directory);
  const state = await readIfThere(paths.state(stackId));
  if (state === null || !isWholeState(state)) return;
  const directory = paths.backups(stackId);
  try {
    await ensurePrivateDirectory(directory);
    const names = await backupNames(directory);
    const newest = names.at(-1);
    if (newest !== undefined && (await readIfThere(join(directory, newest)))?.equals(state) === true) return;
    await durableWrite(join(directory, nextName(newest, now)), state);
    for (const name of names.slice(0, Math.max(0, names.length + 1 - keptBackups))) await rm(join(directory, name), { force: true });
  } catch (error) {
    throw diskProblem(error, directory);
  }
}

/**
 * Puts the newest whole backup in the place of the stack's state, durably, and keeps what was there beside the backups: it may
 * name resources that no backup knows. Returns the backup's file name; null where there is no whole backup.
 */
export async function restoreNewestBackup(root: string, id: string, stackId: string, now: Date): Promise<string | null> {
  const paths = pathsIn(placeOf(root, id).directory);
  const directory = paths.backups(stackId);
  for (const name of (await backupNames(directory)).toReversed()) {
    const backup = await readIfThere(join(directory, name));
    if (backup === null || !isWholeState(backup)) continue;
    const file = paths.state(stackId);
    try {
      const replaced = await readIfThere(file);
      if (replaced !== null && replaced.length > 0) await durableWrite(join(directory, `${timeName(now)}.replaced`), replaced);
      await ensurePrivateDirectory(paths.stack(stackId));
      await durableWrite(file, backup);
    } catch (error) {
      throw diskProblem(error, file);
    }
    return name;
  }
  return null;
}

/** Takes a stack's broken state out of the way and keeps it beside the backups; the name it has there. */
export async function setStateAside(root: string, id: string, stackId: string, now: Date): Promise<string> {
  const paths = pathsIn(placeOf(root, id).directory);
  const name = `${timeName(now)}.replaced`;
  try {
    await ensurePrivateDirectory(paths.backups(stackId));
    await rename(paths.state(stackId), join(paths.backups(stackId), name));
    return name;
  } catch (error) {
    throw diskProblem(error, paths.state(stackId));
  }
}

/** Oldest first: their names are times. */
async function backupNames(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).filter((name) => /^\d{4}-.*\.tfstate$/.test(name)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw diskProblem(error, directory);
  }
}

/** A name after all others, also within one millisecond and after the clock was set back. */
function nextName(newest: string | undefined, now: Date): string {
  const name = `${timeName(now)}.tfstate`;
  if (newest === undefined || name > newest) return name;
  const newestMs = Date.parse(newest.replace(/\.tfstate$/, '').replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:'));
  return Number.isNaN(newestMs) ? name : `${timeName(new Date(newestMs + 1))}.tfstate`;
}

/** ISO time that is a file's name everywhere. */
function timeName(time: Date): string {
  return time.toISOString().replaceAll(':', '-');
}

/** Terraform's and OpenTofu's state format is version 4; every state they wrote has a lineage. */
function isWholeState(bytes: Buffer): boolean {
  let content: unknown;
  try {
    content = JSON.parse(bytes.toString('utf8'));
  } catch {
    return false;
  }
  if (!isPlainObject(content)) return false;
  const { version, lineage, serial } = content;
  return version === 4 && typeof lineage === 'string' && lineage !== '' && typeof serial === 'number';
}

async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw diskProblem(error, file);
  }
}
