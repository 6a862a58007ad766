import { chown, lstat, mkdir, readFile, readlink, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LabError } from '../core/errors.ts';
import { durableWrite } from '../platform/durable-write.ts';
import { errnoOf } from '../platform/errno.ts';

/** The user's own OpenSSH configuration. */
export interface SshConfigFile {
  /** As it is shown: ~/.ssh/config, also where that is a link. */
  readonly path: string;
  /** Empty where there is none. */
  readonly text: string;
  /** Puts a text in its place at once, its mode and owner kept; a link stays one. An empty text where nothing was removes nothing. */
  write(text: string): Promise<void>;
}

/** Reads ~/.ssh/config. Rejects with a LabError (permission) where it cannot be read. */
export async function openSshConfigFile(home: string): Promise<SshConfigFile> {
  const path = join(home, '.ssh', 'config');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return '';
    throw refused(path, 'read', error);
  });
  return {
    path,
    text,
    write: async (next) => {
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await replace(await fileOf(path), next);
      } catch (error) {
        throw refused(path, 'written', error);
      }
    },
  };
}

/** The file itself, through links: dotfiles are often kept elsewhere. */
async function fileOf(path: string, steps = 0): Promise<string> {
  const found = await lstat(path).catch(() => null);
  if (found?.isSymbolicLink() !== true || steps > 10) return path;
  return fileOf(resolve(dirname(path), await readlink(path)), steps + 1);
}

async function replace(file: string, text: string): Promise<void> {
  const before = await stat(file).catch(() => null);
  await durableWrite(file, text, before === null ? 0o600 : before.mode & 0o777);
  if (before !== null && before.uid !== process.getuid?.()) await chown(file, before.uid, before.gid);
}

function refused(path: string, verb: string, cause: unknown): LabError {
  return new LabError({ kind: 'permission', summary: `${path} cannot be ${verb}: ${cause instanceof Error ? cause.message : String(cause)}` }, { cause });
}
