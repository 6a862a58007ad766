import { randomBytes } from 'node:crypto';
import { lstat, readdir, readlink, realpath, rename, symlink } from 'node:fs/promises';
import path from 'node:path';

/**
 * Has a stack's links to its providers lead past a shared cache that only links to a mirror itself: Terraform makes such a link of the
 * cache anew at every init without a lock file, and between the old one and the new one another stack's run finds no provider.
 * Resolves with whether the cache has files of its own.
 */
export async function linkPastCache(directory: string, cache: string): Promise<boolean> {
  const providers = path.join(directory, '.terraform', 'providers');
  const entries = await readdir(providers, { recursive: true, withFileTypes: true }).catch(() => []);
  const caches = [cache, await realpath(cache).catch(() => cache)];
  let hasFiles = false;
  for (const entry of entries) {
    if (!entry.isSymbolicLink()) continue;
    const link = path.join(entry.parentPath, entry.name);
    const cached = await targetOf(link);
    if (!caches.some((one) => cached.startsWith(`${one}${path.sep}`))) continue;
    if ((await lstat(cached)).isSymbolicLink()) await replaceLink(link, await targetOf(cached), path.join(directory, '.terraform'));
    else hasFiles = true;
  }
  return hasFiles;
}

async function targetOf(link: string): Promise<string> {
  return path.resolve(path.dirname(link), await readlink(link));
}

/** From one moment to the next, by way of another folder: what is among the providers, Terraform takes for one. */
async function replaceLink(link: string, target: string, folder: string): Promise<void> {
  const made = path.join(folder, `link-${randomBytes(6).toString('hex')}`);
  await symlink(target, made);
  await rename(made, link);
}
