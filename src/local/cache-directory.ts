import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** labtui's cache: `$XDG_CACHE_HOME/labtui`. */
export function cacheDirectoryOf({ XDG_CACHE_HOME: cache = '', HOME: home = homedir() }: Readonly<Record<string, string | undefined>>): string {
  return join(isAbsolute(cache) ? cache : join(home, '.cache'), 'labtui');
}
