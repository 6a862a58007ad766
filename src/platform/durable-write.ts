import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from './errno.ts';

/** Names that durableWrite uses on its way; what is left of them after a crash is rubbish. */
export function isTemporaryName(name: string): boolean {
  return /^\..+\.[0-9a-f]{12}\.tmp$/.test(name);
}

/**
 * Replaces a file so that after a crash or a power cut it holds either the old or the new content, whole: temporary
 * file in the same directory, fsync, rename, fsync of the directory. Mode 0600 whatever the umask. Rejects with the
 * system's error, and then nothing is left behind and the old content stands.
 */
export async function durableWrite(file: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const directory = dirname(file);
  const temporary = join(directory, `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  await writeNewFile(temporary, content, { mode, sync: true });
  try {
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(directory);
}

/**
 * Makes a file that must not exist yet, with this mode whatever the umask. Rejects with EEXIST where something has that
 * name; after any other failure nothing is left of it.
 */
export async function writeNewFile(
  file: string,
  content: string | Uint8Array,
  { mode = 0o600, sync = false }: { readonly mode?: number; readonly sync?: boolean } = {},
): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.chmod(mode);
    await handle.writeFile(content);
    if (sync) await handle.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Makes a file that must not exist yet, for its owner alone. Resolves with whether it did: false where something has that name. */
export async function claimFile(file: string, content: string): Promise<boolean> {
  try {
    await writeNewFile(file, content);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Makes the names in a directory durable. Does nothing where the system cannot sync a directory. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR'].includes(errnoOf(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

/** Makes one directory with mode 0700 whatever the umask. Rejects with EEXIST where something has that name. */
export async function makePrivateDirectory(directory: string): Promise<void> {
  await mkdir(directory, { mode: 0o700 });
  await chmod(directory, 0o700);
}

/**
 * Makes a directory and the parents it lacks, each with mode 0700 (what XDG asks for its folders) and durably; one
 * that exists is left as it is. Returns whether it had to be made.
 */
export async function ensurePrivateDirectory(directory: string): Promise<boolean> {
  try {
    await makePrivateDirectory(directory);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EEXIST') {
      // Distinguishes a directory, perhaps behind a link, from a file in the way.
      await (await open(directory, constants.O_RDONLY | constants.O_DIRECTORY)).close();
      return false;
    }
    if (code !== 'ENOENT' || dirname(directory) === directory) throw error;
    await ensurePrivateDirectory(dirname(directory));
    return ensurePrivateDirectory(directory);
  }
  await syncDirectory(dirname(directory));
  return true;
}
