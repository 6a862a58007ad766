import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { isAtLeast } from './version-number.ts';

/** The newest Terraform that `labtui doctor --install-terraform` has put into labtui's cache; null where there is none. */
export async function newestFetched(cacheDir: string): Promise<string | null> {
  const folder = path.join(cacheDir, 'terraform');
  const names = await readdir(folder).catch(() => []);
  // Names with a dot in front are installs under way.
  const versions = names.filter((name) => /^\d+\.\d+\.\d+/.test(name)).sort((a, b) => Number(isAtLeast(b, a)) - Number(isAtLeast(a, b)));
  for (const version of versions) {
    const file = path.join(folder, version, 'terraform');
    if (await isExecutable(file)) return file;
  }
  return null;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(() => true, () => false);
}
