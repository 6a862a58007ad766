import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { ensurePrivateDirectory, isTemporaryName, syncDirectory } from '../platform/durable-write.ts';
import { diskProblem } from './disk-problem.ts';
import { isLockDraft } from './lock-file.ts';
import { archivedDirectory, archiveRoot, isOwnDirectory, liveDirectory, noSuchSession } from './place.ts';
import { namesIn, removeChild } from './remove.ts';

/**
 * Removes the private keys, provider links and saved plans of a session and moves it to `<root>/.archive`. Doing it
 * again does nothing. Rejects with kind not-found where there is no such session, conflict where it is in both places.
 */
export async function archiveSession(root: string, id: string): Promise<void> {
  const live = liveDirectory(root, id);
  const archived = archivedDirectory(root, id);
  await onDisk(live, async () => {
    const isThere = isOwnDirectory(live);
    const isArchived = isOwnDirectory(archiveRoot(root)) && isOwnDirectory(archived);
    if (!isThere && !isArchived) throw noSuchSession(root, id);
    if (isThere && isArchived) throw inBothPlaces(live, archived);
    await strip(isThere ? live : archived);
    if (isThere) await move(live, archived);
  });
}

/** Brings an archived session back. Doing it again does nothing. Rejects as archiveSession does. */
export async function unarchiveSession(root: string, id: string): Promise<void> {
  const live = liveDirectory(root, id);
  const archived = archivedDirectory(root, id);
  await onDisk(live, async () => {
    const isArchived = isOwnDirectory(archiveRoot(root)) && isOwnDirectory(archived);
    const isThere = isOwnDirectory(live);
    if (isThere && isArchived) throw inBothPlaces(live, archived);
    if (!isThere && !isArchived) throw noSuchSession(root, id);
    if (isArchived) await move(archived, live);
  });
}

async function onDisk(directory: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw diskProblem(error, directory);
  }
}

async function move(from: string, to: string): Promise<void> {
  const [source, target] = [join(from, '..'), join(to, '..')];
  await ensurePrivateDirectory(target);
  await rename(from, to);
  await syncDirectory(target);
  await syncDirectory(source);
}

/** Takes out what an ended session must not keep (keys) or what only costs space. */
async function strip(directory: string): Promise<void> {
  const ssh = join(directory, 'ssh');
  for (const name of await namesIn(ssh)) {
    if ((name.startsWith('id_') && !name.endsWith('.pub')) || isTemporaryName(name)) await rm(join(ssh, name), { force: true });
  }
  const stacks = join(directory, 'stacks');
  for (const stack of await namesIn(stacks)) {
    for (const name of await namesIn(join(stacks, stack))) {
      if (name === '.terraform') await removeLinkOrDirectory(join(stacks, stack), name);
      else if (name.endsWith('.tfplan') || isTemporaryName(name)) await rm(join(stacks, stack, name), { force: true });
    }
  }
  for (const name of await namesIn(directory)) if (isTemporaryName(name) || isLockDraft(name)) await rm(join(directory, name), { force: true });
}

async function removeLinkOrDirectory(parent: string, name: string): Promise<void> {
  await removeChild(parent, name);
  await rm(join(parent, name), { force: true });
}

function inBothPlaces(live: string, archived: string): LabError {
  return new LabError({
    kind: 'conflict',
    summary: `the session is there twice: ${live} and ${archived}`,
    hint: 'look which of them is the right one and move the other away',
  });
}
