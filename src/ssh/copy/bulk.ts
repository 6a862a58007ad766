import { type FileHandle, open, statfs } from 'node:fs/promises';
import { copyProblem } from './copy-problem.ts';

/** A machine's way to move much of one file, beside its pieces: straight between an open file here and a file there. Rejects with a LabError. */
export interface Bulk {
  /** Whether what a file there holds arrives as it is. */
  canPull(): Promise<boolean>;
  /** Puts what the open file holds, from where it stands, to the end of the file there. */
  push(path: string, file: number): Promise<void>;
  /** Puts what the file there holds from `start` on where the open file stands. */
  pull(path: string, start: number, file: number): Promise<void>;
}

export interface BulkCopy {
  readonly direction: 'up' | 'down';
  readonly source: string;
  /** It ends at `start`. */
  readonly target: string;
  readonly start: number;
}

/** Below it, to log in once more costs more than it wins. */
export const bulkBytes = 64 * 2 ** 20;

/** Copies from a position to the end. Rejects with a LabError; what came over stays. */
export async function copyBulk(bulk: Bulk, { direction, source, target, start }: BulkCopy): Promise<void> {
  const file = await open(direction === 'up' ? source : target, direction === 'up' ? 'r' : 'a');
  try {
    if (direction === 'down') {
      await bulk.pull(source, start, file.fd).catch(async (error: unknown) => {
        throw (await isFull(target)) ? copyProblem(target, 'ENOSPC', error) : error;
      });
    } else {
      await skip(file, start);
      await bulk.push(target, file.fd);
    }
  } finally {
    await file.close();
  }
}

/** Whether nothing more can be written where that file is: ssh does not say so. */
async function isFull(file: string): Promise<boolean> {
  const { bavail } = await statfs(file);
  return bavail === 0;
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
