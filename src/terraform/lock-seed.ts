import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { CliConfig } from './cli-config.ts';
import type { TerraformBinary } from './terraform-binary.ts';
import { writeFileAtomically } from './work-folder.ts';

/** A chosen provider version is kept this long, then the newest in range is chosen afresh. */
const keepMs = 7 * 86_400_000;
export const lockFileName = '.terraform.lock.hcl';

const configurationSchema = z.object({
  terraform: z.object({ required_providers: z.record(z.string(), z.unknown()) }),
});

/**
 * Where the lock file of an equal configuration is kept; null where the directory names no providers.
 * Terraform takes a provider from its cache only where a lock file has the checksum, else it downloads it again
 * (internal/providercache/installer.go): a new session with a kept lock file needs no download.
 */
export async function lockSeedFile(cacheDir: string, directory: string, binary: TerraformBinary, cliConfig: CliConfig): Promise<string | null> {
  const configuration = configurationSchema.safeParse(await readJson(path.join(directory, 'cdk.tf.json')));
  if (!configuration.success) return null;
  const key = [configuration.data.terraform.required_providers, cliConfig.text, binary.product, binary.version, binary.platform];
  const digest = createHash('sha256').update(JSON.stringify(key)).digest('hex');
  return path.join(cacheDir, 'locks', `${digest}.hcl`);
}

/**
 * Whether the user has named a local mirror. Where it is unpacked no lock file is kept: there is no download to spare, and checking a
 * big provider against the checksum costs a second that linking it does not.
 */
export function namesMirror({ text }: CliConfig): boolean {
  return /\bfilesystem_mirror\b/.test(text);
}

export async function hasLockFile(directory: string): Promise<boolean> {
  return stat(path.join(directory, lockFileName)).then(() => true, () => false);
}

/** Puts the kept lock file into a directory that has none. Returns whether it did. */
export async function plantLockFile(seed: string, directory: string, now: Date): Promise<boolean> {
  if ((await hasLockFile(directory)) || !(await isFresh(seed, now))) return false;
  const text = await readFile(seed, 'utf8');
  if (!text.includes('provider "')) return false;
  await writeFileAtomically(path.join(directory, lockFileName), text);
  return true;
}

/** Keeps what init chose, and removes what is too old to be used. A cache: failing to write it is no failure. */
export async function keepLockFile(seed: string, directory: string, now: Date): Promise<void> {
  try {
    const text = await readFile(path.join(directory, lockFileName), 'utf8');
    const folder = path.dirname(seed);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      if (name.endsWith('.hcl') && !(await isFresh(file, now))) await rm(file, { force: true });
    }
    await writeFileAtomically(seed, text);
  } catch {
    return;
  }
}

/** Takes a planted lock file back, here and where it came from. */
export async function uprootLockFile(seed: string, directory: string): Promise<void> {
  await rm(seed, { force: true });
  await rm(path.join(directory, lockFileName), { force: true });
}

async function isFresh(file: string, now: Date): Promise<boolean> {
  return stat(file).then(({ mtimeMs }) => now.getTime() - mtimeMs < keepMs, () => false);
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
}
