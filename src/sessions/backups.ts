import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { durableWrite, ensurePrivateDirectory } from '../platform/durable-write.ts';
import { backupNames, nextName, readIfThere, readUnchanged, replacedName } from './backup-files.ts';
import { diskProblem } from './disk-problem.ts';
import { pathsIn, placeOf } from './place.ts';
import { stateHead } from './state-head.ts';

const keptBackups = 30;

/**
 * Keeps a copy of the stack's state among the last 30, named by its time. Does nothing where there is no state, where it is
 * what the newest backup holds, where it is not whole (Terraform rewrites the file in place, so that a reader may see half), or where
 * it is of another lineage than the newest whole backup: then it is another stack's.
 */
export async function backupState(root: string, id: string, stackId: string, now: Date): Promise<void> {
  const paths = pathsIn(placeOf(root, id).directory);
  const state = await readUnchanged(paths.state(stackId));
  const head = state === null ? null : stateHead(state);
  if (state === null || head === null) return;
  const directory = paths.backups(stackId);
  try {
    await ensurePrivateDirectory(directory);
    const names = await backupNames(directory);
    const newest = names.at(-1);
    if (newest !== undefined && (await readIfThere(join(directory, newest)))?.equals(state) === true) return;
    const lineage = await knownLineage(directory, names);
    if (lineage !== null && lineage !== head.lineage) return;
    await keep(directory, names, state, now);
  } catch (error) {
    throw diskProblem(error, directory);
  }
}

/**
 * Puts the newest whole backup whose file is accepted in the place of the stack's state, durably, and keeps what was there beside the
 * backups: it may name resources that no backup knows. Returns the backup's file name; null where there is none.
 */
export async function restoreNewestBackup(root: string, id: string, stackId: string, now: Date, accept: (file: string) => Promise<boolean>): Promise<string | null> {
  const paths = pathsIn(placeOf(root, id).directory);
  const directory = paths.backups(stackId);
  for (const name of (await backupNames(directory)).toReversed()) {
    const backup = await readIfThere(join(directory, name));
    if (backup === null || stateHead(backup) === null || !(await accept(join(directory, name)))) continue;
    const file = paths.state(stackId);
    try {
      const replaced = await readIfThere(file);
      if (replaced !== null && replaced.length > 0) await durableWrite(join(directory, await replacedName(directory, now)), replaced);
      await ensurePrivateDirectory(paths.stack(stackId));
      await durableWrite(file, backup);
    } catch (error) {
      throw diskProblem(error, file);
    }
    return name;
  }
  return null;
}

/**
 * Puts a backup in the place of the stack's state, durably. A whole state of the same lineage becomes a backup first, anything else is
 * kept beside them; what is put back is the newest backup afterwards. Rejects with kind not-found where there is none of that name.
 */
export async function putBackup(root: string, id: string, stackId: string, name: string, now: Date): Promise<void> {
  const paths = pathsIn(placeOf(root, id).directory);
  const directory = paths.backups(stackId);
  const names = await backupNames(directory);
  const backup = names.includes(name) ? await readIfThere(join(directory, name)) : null;
  const head = backup === null ? null : stateHead(backup);
  if (backup === null || head === null) throw noSuchBackup(id, stackId, name);
  const file = paths.state(stackId);
  const present = await readIfThere(file);
  try {
    const presentHead = present === null ? null : stateHead(present);
    if (presentHead?.lineage === head.lineage) await backupState(root, id, stackId, now);
    else if (present !== null && present.length > 0) await durableWrite(join(directory, await replacedName(directory, now)), present);
    // Before the state is: after a crash in between the guard finds the newest backup, and that is the one asked for.
    const kept = await backupNames(directory);
    if (kept.at(-1) !== name) await keep(directory, kept, backup, now);
    await ensurePrivateDirectory(paths.stack(stackId));
    await durableWrite(file, backup);
  } catch (error) {
    throw diskProblem(error, file);
  }
}

/** Takes a stack's broken state out of the way and keeps it beside the backups; the name it has there. */
export async function setStateAside(root: string, id: string, stackId: string, now: Date): Promise<string> {
  const paths = pathsIn(placeOf(root, id).directory);
  const directory = paths.backups(stackId);
  try {
    await ensurePrivateDirectory(directory);
    const name = await replacedName(directory, now);
    await rename(paths.state(stackId), join(directory, name));
    return name;
  } catch (error) {
    throw diskProblem(error, paths.state(stackId));
  }
}

async function keep(directory: string, names: readonly string[], state: Buffer, now: Date): Promise<void> {
  await durableWrite(join(directory, nextName(names.at(-1), now)), state);
  for (const name of names.slice(0, Math.max(0, names.length + 1 - keptBackups))) await rm(join(directory, name), { force: true });
}

/** Of the newest whole backup; null where there is none. */
async function knownLineage(directory: string, names: readonly string[]): Promise<string | null> {
  for (const name of names.toReversed()) {
    const backup = await readIfThere(join(directory, name));
    const head = backup === null ? null : stateHead(backup);
    if (head !== null) return head.lineage;
  }
  return null;
}

function noSuchBackup(id: string, stackId: string, name: string): LabError {
  return new LabError({
    kind: 'not-found',
    summary: `there is no whole backup ${name} of ${stackId}`,
    hint: `labtui state list ${id}   shows those there are`,
  });
}
