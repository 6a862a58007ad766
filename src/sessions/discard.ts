import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { syncDirectory } from '../platform/durable-write.ts';
import { diskProblem } from './disk-problem.ts';
import { isOwnDirectory, liveDirectory } from './place.ts';
import { readRecord } from './record-file.ts';
import { namesIn, removeChild, unfinishedPrefix } from './remove.ts';

/**
 * Removes a session that never got as far as creating anything. Does nothing where there is none. Rejects with kind
 * state where a stack was applied and not proved gone, has a state, or cannot be judged: only destroy may end that.
 */
export async function discardSession(root: string, id: string): Promise<void> {
  const directory = liveDirectory(root, id);
  if (!isOwnDirectory(directory)) return;
  if (await mayOwnResources(directory, id)) {
    throw new LabError({
      kind: 'state',
      summary: `${id} may have created something, so its directory is kept`,
      hint: `labtui destroy ${id}`,
    });
  }
  const going = `${unfinishedPrefix}${id}-${randomBytes(3).toString('hex')}`;
  try {
    await rename(directory, join(root, going));
    await removeChild(root, going);
    await syncDirectory(root);
  } catch (error) {
    throw diskProblem(error, directory);
  }
}

async function mayOwnResources(directory: string, id: string): Promise<boolean> {
  const { stacks } = await readRecord(directory, id);
  if (Object.values(stacks).some(({ applyStartedAt, goneAt }) => applyStartedAt !== null && goneAt === null)) return true;
  for (const stackId of await namesIn(join(directory, 'stacks'))) {
    const names = await namesIn(join(directory, 'stacks', stackId));
    if (names.includes('terraform.tfstate') && (stacks[stackId]?.goneAt ?? null) === null) return true;
  }
  return false;
}
