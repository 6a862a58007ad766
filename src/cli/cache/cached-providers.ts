import { lstat, readdir, realpath, rm, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { bytesIn } from '../../local/image/stored-images.ts';
import type { CachedItem } from './cached-item.ts';

export interface ProviderCache {
  /** labtui's own cache. */
  readonly cacheDirectory: string;
  /** The sessions whose stacks are linked into it. */
  readonly sessionsRoot: string;
}

/**
 * The Terraform providers in the cache: `plugins*` with HOST/NAMESPACE/NAME/VERSION/PLATFORM below, each a folder, or a link to a
 * mirror of the user's, of which only the link counts and goes. A stack that has lost its provider gets it again from its next init.
 */
export async function cachedProviders({ cacheDirectory, sessionsRoot }: ProviderCache): Promise<readonly CachedItem[]> {
  const users = await linkedProviders(sessionsRoot);
  const items: CachedItem[] = [];
  for (const cache of (await names(cacheDirectory)).filter((name) => /^plugins(?:-[0-9a-f]{8})?$/.test(name))) {
    for (const path of await atDepth(join(cacheDirectory, cache), 5)) {
      const [, namespace = '', name = '', version = '', platform = ''] = relative(join(cacheDirectory, cache), path).split(sep);
      const own = await lstat(path);
      const usedBy = users.get(await realpath(path).catch(() => path)) ?? [];
      const bytes = own.isSymbolicLink() ? 0 : await bytesIn(path);
      const remove = async (): Promise<boolean> => {
        await rm(path, { recursive: true, force: true });
        return true;
      };
      items.push({ kind: 'provider', name: `${namespace}/${name} ${version}`, platform, bytes, usedAt: own.mtime, usedBy, path, remove });
    }
  }
  return items;
}

/** The Terraform versions that labtui has fetched. The newest is the one that it takes. */
export async function cachedTerraforms(cacheDirectory: string): Promise<readonly CachedItem[]> {
  const folder = join(cacheDirectory, 'terraform');
  const versions = (await names(folder)).filter((name) => /^\d/.test(name)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return Promise.all(
    versions.map(async (version, index) => {
      const path = join(folder, version);
      const remove = async (): Promise<boolean> => {
        await rm(path, { recursive: true, force: true });
        return true;
      };
      const usedBy = index === versions.length - 1 ? ['the newest'] : [];
      return { kind: 'terraform' as const, name: `terraform ${version}`, platform: null, bytes: await bytesIn(path), usedAt: (await stat(path)).mtime, usedBy, path, remove };
    }),
  );
}

/** Real paths of providers, with the stacks whose `.terraform` is linked to them. */
async function linkedProviders(sessionsRoot: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const users = new Map<string, string[]>();
  for (const session of (await names(sessionsRoot)).filter((name) => !name.startsWith('.'))) {
    const stacks = join(sessionsRoot, session, 'stacks');
    for (const stack of await names(stacks)) {
      for (const link of await atDepth(join(stacks, stack, '.terraform', 'providers'), 5)) {
        const target = await realpath(link).catch(() => null);
        if (target !== null) users.set(target, [...(users.get(target) ?? []), join(stacks, stack)]);
      }
    }
  }
  return users;
}

/** What is that many folders below; links count as what they are. */
async function atDepth(folder: string, depth: number): Promise<readonly string[]> {
  if (depth === 0) return [folder];
  const found: string[] = [];
  for (const name of await names(folder)) found.push(...(await atDepth(join(folder, name), depth - 1)));
  return found;
}

async function names(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
