import { createHash } from 'node:crypto';
import { constants, copyFile, open, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../../platform/errno.ts';
import { fileDigest } from './checksum.ts';
import { noRoom } from './image-problem.ts';

const blockBytes = 1 << 20;
const zeros = Buffer.alloc(blockBytes);
/** This file system, or this pair of them, has no copies that share their blocks. */
const noReflink: ReadonlySet<string> = new Set(['ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EINVAL', 'ENOSYS', 'ENOTTY', 'EPERM']);

/**
 * Copies a disk, at once where the file system can share blocks, else with its holes as holes. Resolves with the SHA-256 of the copy,
 * lower-case hex. Rejects with the system's error, the signal's, or kind prerequisite where there is no room.
 */
export async function copyDisk(source: string, target: string, signal: AbortSignal): Promise<string> {
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE);
    return await fileDigest(target, 'sha256', { signal });
  } catch (error) {
    if (!noReflink.has(errnoOf(error) ?? '')) throw error;
    await rm(target, { force: true });
  }
  return copyBlocks(source, target, signal);
}

async function copyBlocks(source: string, target: string, signal: AbortSignal): Promise<string> {
  const from = await open(source, 'r');
  try {
    const { blocks } = await from.stat();
    const { bavail, bsize } = await statfs(dirname(target));
    if (blocks * 512 > bavail * bsize) throw noRoom(dirname(target), blocks * 512, bavail * bsize);
    const to = await open(target, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      const buffer = Buffer.alloc(blockBytes);
      for (let position = 0; ; ) {
        signal.throwIfAborted();
        const { bytesRead } = await from.read(buffer, 0, blockBytes, position);
        if (bytesRead === 0) {
          await to.truncate(position);
          return hash.digest('hex');
        }
        const block = buffer.subarray(0, bytesRead);
        hash.update(block);
        if (!block.equals(zeros.subarray(0, bytesRead))) await writeAll(to, block, position);
        position += bytesRead;
      }
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

async function writeAll(to: Awaited<ReturnType<typeof open>>, block: Buffer, position: number): Promise<void> {
  for (let done = 0; done < block.length; ) done += (await to.write(block, done, block.length - done, position + done)).bytesWritten;
}
