import { randomBytes } from 'node:crypto';
import { rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import type { SessionRecord } from '../core/session.ts';
import { ensurePrivateDirectory, makePrivateDirectory, syncDirectory } from '../platform/durable-write.ts';
import { errnoOf } from '../platform/errno.ts';
import { diskProblem } from './disk-problem.ts';
import { findPlace, liveDirectory } from './place.ts';
import { writeRecord } from './record-file.ts';
import { removeChild, removeLeftovers, unfinishedPrefix } from './remove.ts';

/**
 * Makes `<root>/<id>` with its folders and session.json, durably: built under a hidden name and put in place by one
 * rename, so that it is there whole or not at all. Makes the root too. Rejects with kind conflict where the session
 * exists, prerequisite where the disk does not take it.
 */
export async function createSession(root: string, record: SessionRecord): Promise<void> {
  const directory = liveDirectory(root, record.id);
  const rootIsNew = await makeRoot(root);
  if (findPlace(root, record.id) !== null) throw exists(directory);
  const building = `${unfinishedPrefix}${record.id}-${randomBytes(3).toString('hex')}`;
  try {
    await build(join(root, building), record);
    await rename(join(root, building), directory);
    await syncDirectory(root);
  } catch (error) {
    await removeChild(root, building).catch(() => undefined);
    if (rootIsNew) await rmdir(root).catch(() => undefined);
    if (['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw exists(directory);
    throw diskProblem(error, directory);
  }
  await removeLeftovers(root).catch(() => undefined);
}

async function makeRoot(root: string): Promise<boolean> {
  try {
    return await ensurePrivateDirectory(root);
  } catch (error) {
    throw diskProblem(error, root);
  }
}

async function build(directory: string, record: SessionRecord): Promise<void> {
  await makePrivateDirectory(directory);
  for (const folder of ['ssh', 'stacks', 'backups']) await makePrivateDirectory(join(directory, folder));
  await writeRecord(directory, record);
}

function exists(directory: string): LabError {
  return new LabError({
    kind: 'conflict',
    summary: `${directory} exists already`,
    hint: 'run the command again: it takes another id',
  });
}
