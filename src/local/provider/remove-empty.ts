import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../../platform/errno.ts';

/** Removes a machine's directory, and the one of all machines, as soon as nothing is in them: each resource that goes tries. */
export async function removeEmpty(machineDirectory: string): Promise<void> {
  for (const directory of [machineDirectory, dirname(machineDirectory)]) {
    try {
      await rmdir(directory);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY', 'EINVAL', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
      return;
    }
  }
}
