import { chmod, lstat, readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Mended } from '../core/session.ts';
import { errnoOf } from '../platform/errno.ts';
import { isOwnDirectory, pathsIn, placeOf } from './place.ts';
import { namesIn, removeChild } from './remove.ts';

/**
 * Puts right what a copy of a session's directory has lost: modes, and links to providers of the computer it is from. Follows no
 * symbolic link. Changes nothing in a directory as labtui leaves it.
 */
export async function mendSession(root: string, id: string): Promise<Mended> {
  const { directory } = placeOf(root, id);
  const [closed, open]: [string[], string[]] = [[], []];
  for (const path of await ownPaths(directory)) {
    const mode = await openMode(path);
    if (mode === null) continue;
    const text = `${relative(directory, path) || '.'} (${mode.toString(8).padStart(4, '0')})`;
    try {
      await chmod(path, mode & 0o700);
      closed.push(text);
    } catch (error) {
      if (!['EPERM', 'EROFS', 'EACCES'].includes(errnoOf(error) ?? '')) throw error;
      open.push(text);
    }
  }
  const unlinked: string[] = [];
  const rehearsed = (await lstat(pathsIn(directory).rehearsalConfig).catch(() => null)) !== null;
  for (const stack of await namesIn(join(directory, 'stacks'))) {
    const folder = join(directory, 'stacks', stack);
    if (!isDirectory(folder) || !(await hasStrayLinks(join(folder, '.terraform', 'providers'), rehearsed ? join(root, '.rehearsal') : null))) continue;
    await removeChild(folder, '.terraform');
    unlinked.push(stack);
  }
  return { closed, open, unlinked };
}

/** The directory, and in it what labtui keeps to itself. Terraform's own folders are as Terraform makes them. */
async function ownPaths(directory: string): Promise<readonly string[]> {
  const found = [directory];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isFile()) found.push(path);
    if (!entry.isDirectory() || !['ssh', 'backups', 'stacks'].includes(entry.name)) continue;
    found.push(path, ...(await filesBelow(path)));
  }
  return found;
}

async function filesBelow(directory: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.name === '.terraform' || entry.name === '.terraform.lock.hcl') continue;
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory()) found.push(path, ...(await filesBelow(path)));
  }
  return found;
}

/** The mode of what others may read or write; null where nobody else may. Terraform writes its state 0644 in a directory of 0700. */
async function openMode(path: string): Promise<number | null> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null || (stats.mode & 0o077) === 0) return null;
  return /\.tfstate(\.backup)?$|\.lock\.info$/.test(path) && !path.includes(`${sep}backups${sep}`) ? null : stats.mode & 0o777;
}

function isDirectory(path: string): boolean {
  try {
    return isOwnDirectory(path);
  } catch {
    return false;
  }
}

/** Whether a link to a provider (HOST/NAMESPACE/TYPE/VERSION/PLATFORM) leads nowhere, or for a rehearsal out of its own world. */
async function hasStrayLinks(providers: string, world: string | null): Promise<boolean> {
  let folders: readonly string[] = [providers];
  for (let level = 0; level < 5; level += 1) {
    folders = (await Promise.all(folders.map(async (folder) => (await readdir(folder).catch(() => [])).map((name) => join(folder, name))))).flat();
  }
  const ownWorld = world === null ? null : await realpath(world).catch(() => world);
  for (const link of folders) {
    const target = await realpath(link).catch(() => null);
    if (target === null || (ownWorld !== null && !target.startsWith(`${ownWorld}${sep}`))) return true;
  }
  return false;
}
