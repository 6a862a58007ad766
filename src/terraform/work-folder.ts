import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../core/errors.ts';
import { durableWrite } from '../platform/durable-write.ts';
import { errnoOf } from '../platform/errno.ts';

/** The Terraform commands labtui runs in a stack's directory. */
export const commandNames = ['init', 'plan', 'apply', 'destroy', 'refresh', 'import'] as const;
export type CommandName = (typeof commandNames)[number];

/** Where labtui keeps what it needs to know of Terraform's runs: `<stack>/.labtui/`. */
export interface WorkFolder {
  readonly root: string;
  /** Names the Terraform process that runs now; absent while none does. */
  readonly running: string;
  /** Standard output of the command's last run. */
  readonly stdout: (command: CommandName) => string;
  readonly stderr: (command: CommandName) => string;
}

export function workFolder(directory: string): WorkFolder {
  const root = path.join(directory, '.labtui');
  return {
    root,
    running: path.join(root, 'running.json'),
    stdout: (command) => path.join(root, `${command}.ndjson`),
    stderr: (command) => path.join(root, `${command}.stderr`),
  };
}

/** Makes the folder, for its owner only. Rejects with a LabError where the disk does not take it. */
export async function makeWorkFolder(directory: string): Promise<WorkFolder> {
  const folder = workFolder(directory);
  await orDiskProblem(folder.root, mkdir(folder.root, { recursive: true, mode: 0o700 }));
  return folder;
}

/** A new empty file for its owner only, in the place of an older one, for appending. */
export async function createOutputFile(file: string): Promise<FileHandle> {
  await rm(file, { force: true });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND;
  return orDiskProblem(file, open(file, flags, 0o600));
}

/** Replaces a small file at once, mode 0600. Rejects with a LabError where the disk does not take it. */
export async function writeFileAtomically(file: string, text: string): Promise<void> {
  await orDiskProblem(file, durableWrite(file, text));
}

const remedies: Readonly<Record<string, readonly [summary: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'Free some space (labtui cache prune), then run the command again.'],
  EDQUOT: ['your disk quota is used up', 'Free some space (labtui cache prune), then run the command again.'],
  EACCES: ['permission denied', 'Give yourself write access to it, or choose another place: --sessions-dir DIR'],
  EPERM: ['operation not permitted', 'Give yourself write access to it, or choose another place: --sessions-dir DIR'],
  EROFS: ['the file system is read-only', 'Choose a writable place: --sessions-dir DIR'],
  ENOENT: ['its directory does not exist', 'Was the session moved or removed meanwhile? See: labtui list --all'],
  EEXIST: ['another file is in its place', 'Move that file away.'],
  ENOTDIR: ['another file is in its place', 'Move that file away.'],
  EMFILE: ['too many open files', 'Raise the limit: ulimit -n 4096'],
};

async function orDiskProblem<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = errnoOf(error) ?? '';
    const [summary, hint] = remedies[code] ?? [];
    if (summary === undefined) throw error;
    throw new LabError({ kind: 'prerequisite', code, summary: `Cannot write ${file}: ${summary}`, hint }, { cause: error });
  }
}
