import { createWriteStream } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { LabError } from '../core/errors.ts';
import { interrupted } from './interrupted.ts';

export interface Unpack {
  readonly zipFile: string;
  /** The one entry that is taken; everything else in the archive is left there. */
  readonly entryName: string;
  /** Must not exist yet. */
  readonly target: string;
  readonly mostBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Writes one file of a zip archive to `target`, mode 0755. No name in the archive ever becomes a path. Rejects with kind
 * prerequisite where the archive is broken, has no such plain file, or is larger than it may be; with the system's error
 * where the target cannot be written.
 */
export async function unpackBinary({ zipFile, entryName, target, mostBytes, signal }: Unpack): Promise<void> {
  try {
    const zip = await openPromise(zipFile, { autoClose: false, lazyEntries: true });
    try {
      const entry = await findEntry(zip, entryName);
      if (!isPlainFile(entry) || entry.uncompressedSize > mostBytes) throw broken(`its ${entryName} is no program`);
      const content = await zip.openReadStreamPromise(entry);
      await pipeline(content, createWriteStream(target, { flags: 'wx', mode: 0o700, flush: true }), { signal });
      // Whatever the umask.
      await chmod(target, 0o755);
    } finally {
      zip.close();
    }
  } catch (error) {
    if (signal.aborted) throw interrupted(signal);
    // zlib's errors have codes too, but come from no system call.
    if (error instanceof LabError || error instanceof TypeError || (error instanceof Error && 'syscall' in error)) throw error;
    throw broken(error instanceof Error ? error.message : String(error), error);
  }
}

async function findEntry(zip: ZipFile, name: string): Promise<Entry> {
  for await (const entry of zip.eachEntry()) if (entry.fileName === name) return entry;
  throw broken(`it holds no ${name}`);
}

/** Not a link, a folder or a device: the file type bits of a Unix mode, where the archive has one. */
function isPlainFile(entry: Entry): boolean {
  const type = (entry.externalFileAttributes >>> 16) & 0o170000;
  return (type === 0 || type === 0o100000) && !entry.isEncrypted();
}

function broken(why: string, cause?: unknown): LabError {
  return new LabError({ kind: 'prerequisite', summary: `the archive of Terraform is broken: ${why}`, detail: 'Nothing was installed.' }, { cause });
}
