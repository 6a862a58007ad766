import { lstat, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { isOwnDirectory } from './place.ts';

/** Directories that are being made or removed; one that stays behind after a crash holds nothing of worth. */
export const unfinishedPrefix = '.unfinished-';
const leftoverAgeMs = 3_600_000;

/**
 * Removes a directory with all it holds, if it is a real directory directly below `parent`. A symbolic link, there
 * or inside, is never followed. Does nothing where there is none.
 */
export async function removeChild(parent: string, name: string): Promise<void> {
  if (name === '' || name === '.' || name === '..' || basename(name) !== name) throw new Error(`not the name of a child: ${name}`);
  const stats = await lstat(join(parent, name)).catch(() => null);
  if (stats?.isDirectory() === true) await rm(join(parent, name), { recursive: true, force: true });
}

/** Removes what a labtui that was killed in the midst of making or discarding a session left more than an hour ago. */
export async function removeLeftovers(root: string): Promise<void> {
  const names = (await readdir(root)).filter((name) => name.startsWith(unfinishedPrefix));
  for (const name of names) {
    const stats = await lstat(join(root, name)).catch(() => null);
    if (stats !== null && Date.now() - stats.mtimeMs > leftoverAgeMs) await removeChild(root, name);
  }
}

/** What a real directory holds; nothing for a link, a file, or nothing at all. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return isOwnDirectory(directory) ? await readdir(directory) : [];
  } catch (error) {
    if (error instanceof LabError) return [];
    throw error;
  }
}
