import { type FileHandle, open, statfs } from 'node:fs/promises';
import { errnoOf } from '../../platform/errno.ts';
import { copyProblem } from './copy-problem.ts';

/** A machine's way to move much of one file, beside its pieces: straight between an open file here and a file there. Rejects with a LabError. */
export interface Bulk {
  /** Whether what a file there holds arrives as it is. */
  canPull(): Promise<boolean>;
  /** Puts what the open file holds, from where it stands, into the file there, from `start` on. */
  push(path: string, start: number, file: number): Promise<void>;
  /** Puts what the file there holds from `start` on where the open file stands. */
  pull(path: string, start: number, file: number): Promise<void>;
}

export interface BulkCopy {
  readonly direction: 'up' | 'down';
  readonly source: string;
  readonly target: string;
  readonly start: number;
}

/** Below it, to log in once more costs more than it wins. */
export const bulkBytes = 64 * 2 ** 20;

/**
 * Copies from a position to the end, each byte to its own place: the ssh of a labtui that was killed goes on for a while, and writes the
 * same where the next one does. Rejects with a LabError; what came over stays.
 */
export async function copyBulk(bulk: Bulk, { direction, source, target, start }: BulkCopy): Promise<void> {
  const here = direction === 'up' ? source : target;
  const file = await open(here, direction === 'up' ? 'r' : 'r+').catch((error: unknown) => {
    throw copyProblem(here, errnoOf(error) ?? '', error);
  });
  try {
    await skip(file, start);
    if (direction === 'up') await bulk.push(target, start, file.fd);
    else {
      await bulk.pull(source, start, file.fd).catch(async (error: unknown) => {
        throw (await isFull(target)) ? copyProblem(target, 'ENOSPC', error) : error;
      });
    }
  } finally {
    await file.close();
  }
}

/** Whether nothing more can be written where that file is: ssh does not say so. */
function isFull(file: string): Promise<boolean> {
  return statfs(file).then(({ bavail }) => bavail === 0, () => false);
}

/** Node moves a file's position by reading alone. */
async function skip(file: FileHandle, bytes: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(bytes, 2 ** 20));
  for (let left = bytes; left > 0; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(left, buffer.length), null);
    if (bytesRead === 0) return;
    left -= bytesRead;
  }
}
