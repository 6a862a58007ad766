import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isTemporaryName, syncDirectory } from '../platform/durable-write.ts';
import { errnoOf } from '../platform/errno.ts';

/** Beside the binary; `sha256sum -c` reads it. */
export const checksumName = 'terraform.sha256';

/** Older than this, what an install left when it was killed is rubbish, and nobody's work under way. */
const leftoverAgeMs = 3_600_000;

/** Whether a version's folder holds a binary that matches the checksum recorded when it was installed. */
export async function isIntact(home: string): Promise<boolean> {
  try {
    const recorded = /^[0-9a-f]{64}/.exec(await readFile(join(home, checksumName), 'utf8'))?.[0];
    return recorded !== undefined && recorded === (await fileChecksum(join(home, 'terraform')));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}

/** SHA-256 in lower-case hex. Rejects with the system's error. */
export async function fileChecksum(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Gives a finished folder its name in one step; a damaged one in the way goes, a whole one stays. */
export async function publish(staging: string, home: string): Promise<void> {
  const folder = dirname(home);
  try {
    await rename(staging, home);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errnoOf(error) ?? '')) throw error;
    // Somebody else's install was faster.
    if (await isIntact(home)) return;
    const old = join(folder, `.old.${randomBytes(6).toString('hex')}.tmp`);
    await rename(home, old);
    await rename(staging, home);
    await rm(old, { recursive: true, force: true });
  }
  await syncDirectory(folder);
}

/** Removes what installs that were killed have left. */
export async function clearLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!isTemporaryName(name)) continue;
    const leftover = join(folder, name);
    const changed = await stat(leftover).catch(() => null);
    if (changed !== null && Date.now() - changed.mtimeMs > leftoverAgeMs) await rm(leftover, { recursive: true, force: true });
  }
}
