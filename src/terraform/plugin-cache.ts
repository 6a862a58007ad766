import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from './child-environment.ts';
import type { CliConfig } from './cli-config.ts';

/** Who says where providers are cached: the user, by environment or CLI configuration, or labtui. */
export type PluginCache =
  | { readonly setBy: 'environment' | 'cli-config' }
  | { readonly setBy: 'labtui'; readonly directory: string };

/**
 * The provider cache that `init` uses: labtui's own, `<cacheDir>/plugins`, only where the user has none. Each way of
 * installing providers has a cache of its own: a mirror is linked into it, and a later download of the same version
 * would be written through that link into the user's mirror.
 */
export function choosePluginCache(cacheDir: string, environment: Environment, cliConfig: CliConfig): PluginCache {
  if (environment.TF_PLUGIN_CACHE_DIR) return { setBy: 'environment' };
  if (cliConfig.setsPluginCache) return { setBy: 'cli-config' };
  const own = /\bprovider_installation\b/.test(cliConfig.text)
    ? `plugins-${createHash('sha256').update(cliConfig.text).digest('hex').slice(0, 8)}`
    : 'plugins';
  return { setBy: 'labtui', directory: path.join(cacheDir, own) };
}

/** Makes the cache's directory, which Terraform wants to find, and takes out links to mirrors that are gone: it stumbles over them. */
export async function preparePluginCache(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = path.join(entry.parentPath, entry.name);
    const dangling = await stat(link).then(() => false, () => true);
    if (dangling) await rm(link, { force: true });
  }
}
