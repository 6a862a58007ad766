import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { invalidInput, LabError } from '../core/errors.ts';
import type { SessionPaths } from '../core/session.ts';
import { isSessionId } from '../core/session-id.ts';

const archiveName = '.archive';

/** Where a session's directory is. */
export interface Place {
  readonly directory: string;
  readonly archived: boolean;
}

export function archiveRoot(root: string): string {
  return join(root, archiveName);
}

/** Directory of a session that is not archived. Rejects what is no id: nothing else is ever joined to a path. */
export function liveDirectory(root: string, id: string): string {
  return join(root, checkedId(id));
}

export function archivedDirectory(root: string, id: string): string {
  return join(root, archiveName, checkedId(id));
}

/** The session's directory, live before archived; null where there is neither. Throws kind state where it is no directory of its own. */
export function findPlace(root: string, id: string): Place | null {
  const live = liveDirectory(root, id);
  if (isOwnDirectory(live)) return { directory: live, archived: false };
  const archived = archivedDirectory(root, id);
  return isOwnDirectory(archiveRoot(root)) && isOwnDirectory(archived) ? { directory: archived, archived: true } : null;
}

/** As findPlace; throws kind not-found where there is no such session. */
export function placeOf(root: string, id: string): Place {
  const place = findPlace(root, id);
  if (place === null) throw noSuchSession(root, id);
  return place;
}

export function noSuchSession(root: string, id: string): LabError {
  return new LabError({
    kind: 'not-found',
    summary: `there is no session ${id} in ${root}`,
    hint: 'labtui list --all   shows what there is',
  });
}

/**
 * Whether a real directory is there: false where nothing is. Throws kind state for a symbolic link or a file, which
 * would lead writing and removing out of the sessions directory.
 */
export function isOwnDirectory(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (stats.isDirectory()) return true;
  throw new LabError({
    kind: 'state',
    summary: `${path} is ${stats.isSymbolicLink() ? 'a symbolic link' : 'not a directory'}; labtui only works in directories of its own`,
    hint: `put the directory itself there, or name the one it is in: --sessions-dir DIR`,
  });
}

/** Paths in a session's directory (contract §5). A stack's name is checked before it becomes part of one. */
export function pathsIn(directory: string): SessionPaths {
  const ssh = join(directory, 'ssh');
  const stack = (stackId: string): string => join(directory, 'stacks', checkedStackId(stackId));
  return {
    root: directory,
    sessionJson: join(directory, 'session.json'),
    events: join(directory, 'events.ndjson'),
    ssh,
    privateKey: join(ssh, 'id_ed25519'),
    publicKey: join(ssh, 'id_ed25519.pub'),
    knownHosts: join(ssh, 'known_hosts'),
    sshConfig: join(ssh, 'config'),
    rehearsalConfig: join(directory, 'rehearsal.tfrc'),
    receipt: join(directory, 'receipt.json'),
    stack,
    state: (stackId) => join(stack(stackId), 'terraform.tfstate'),
    backups: (stackId) => join(directory, 'backups', checkedStackId(stackId)),
  };
}

/** Whether a text can be a stack's name: one path component that is neither hidden nor a way up. */
export function isStackId(text: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,120}$/i.test(text);
}

function checkedId(id: string): string {
  if (!isSessionId(id)) throw invalidInput(`"${id}" is not a session's id`, 'labtui list   shows the ids');
  return id;
}

function checkedStackId(stackId: string): string {
  if (!isStackId(stackId)) throw invalidInput(`"${stackId}" is not a stack's name`);
  return stackId;
}
