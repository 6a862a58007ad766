import { posix } from 'node:path';
import type { Attributes, SFTPWrapper } from 'ssh2';
import { LabError } from '../../core/errors.ts';
import { capture } from '../channel.ts';
import type { Connection } from '../connect.ts';
import { remoteCommand } from '../remote-command.ts';
import { copyProblem } from './copy-problem.ts';
import { openSshBulk, type OpenSshProblem, type OpenSshWay } from './open-ssh-bulk.ts';
import type { Entry, OpenFile, Side } from './side.ts';

/** A machine's files, over SFTP; much of one file by the system's ssh, where a `way` is given. Rejects with a LabError (prerequisite, exit 5) where it has no SFTP. */
export async function openRemoteSide(connection: Connection, name: string, way: OpenSshWay | null): Promise<Side> {
  const { client } = connection;
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
    client.sftp((error, opened) => {
      if (error === undefined) resolve(opened);
      else reject(noSftp(name, error));
    });
  });
  const side = remoteSide(sftp, connection, name);
  if (way === null) return side;
  // Of ssh's own exit codes none says whether the disk is full, there or here.
  const problem: OpenSshProblem = (path, said, isConnection) => (isConnection ? lost(name, said, new Error(said)) : copyProblem(side.shown(path), codeIn(said), new Error(said)));
  return { ...side, bulk: openSshBulk(way, () => isQuiet(connection), problem) };
}

function noSftp(name: string, cause: Error): LabError {
  return new LabError(
    { kind: 'prerequisite', summary: `${name} offers no SFTP: ${cause.message}`, hint: "install its SFTP server there (openssh-sftp-server), or send the bytes through exec: labtui exec S -- 'cat > FILE' < FILE" },
    { cause, exitCode: 5 },
  );
}

/** ssh2 asks for no extension that the server has not announced. */
class NotOffered extends Error {
  override readonly name = 'NotOffered';
}

type Callback<T> = (error: Error | null | undefined, value: T) => void;

function remoteSide(sftp: SFTPWrapper, connection: Connection, host: string): Side {
  const shown = (path: string) => `${host}:${path}`;
  const waiting = new Set<(error: Error) => void>();
  let over: Error | null = null;
  const end = () => {
    over = new Error(connection.brokenBy() ?? 'the connection was closed');
    for (const reject of waiting) reject(over);
  };
  connection.client.once('close', end);
  sftp.once('close', end).once('error', end);
  /** One request and its answer. */
  const ask = <T>(path: string, send: (done: Callback<T>) => void): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const fail = (error: Error) => {
        waiting.delete(fail);
        reject(over === null && connection.brokenBy() === null ? remoteProblem(shown(path), error) : lost(host, connection.brokenBy() ?? error.message, error));
      };
      if (over !== null) {
        fail(over);
        return;
      }
      waiting.add(fail);
      try {
        send((error, value) => {
          waiting.delete(fail);
          if (error) fail(error);
          else resolve(value);
        });
      } catch (error) {
        waiting.delete(fail);
        reject(new NotOffered(String(error)));
      }
    });
  const done = (path: string, send: (callback: (error?: Error | null) => void) => void): Promise<void> => ask<undefined>(path, (callback) => send((error) => callback(error, undefined)));
  const orNull = async <T>(work: Promise<T>): Promise<T | null> =>
    work.catch((error: unknown) => {
      if (error instanceof LabError && error.problem.kind === 'not-found') return null;
      throw error;
    });

  const open = async (path: string, flags: 'r' | 'r+' | 'w+'): Promise<OpenFile> => {
    const handle = await ask<Buffer>(path, (callback) => sftp.open(path, flags, 0o600, callback));
    return {
      read: async (buffer, position) => {
        let filled = 0;
        while (filled < buffer.length) {
          const got = await ask<number>(path, (callback) =>
            sftp.read(handle, buffer, filled, buffer.length - filled, position + filled, (error, bytes) => callback(isEnd(error) ? null : error, isEnd(error) ? 0 : bytes)),
          );
          if (got === 0) break;
          filled += got;
        }
        return filled;
      },
      write: (bytes, position) => (bytes.length === 0 ? Promise.resolve() : done(path, (callback) => sftp.write(handle, bytes, 0, bytes.length, position, callback))),
      close: () => done(path, (callback) => sftp.close(handle, callback)),
    };
  };

  return {
    shown,
    pieces: isOpenSsh(connection) ? { bytes: 128 * 1024, atOnce: 16 } : { bytes: 32 * 1024, atOnce: 32 },
    bulk: null,
    join: (directory, name) => posix.join(directory, name),
    look: async (path, follow) => {
      const found = await orNull(ask<Attributes>(path, (callback) => (follow ? sftp.stat(path, callback) : sftp.lstat(path, callback))));
      return found === null ? null : entryOf(found);
    },
    list: async (directory) => {
      const found = await ask<readonly { filename: string; attrs: Attributes }[]>(directory, (callback) => sftp.readdir(directory, callback));
      return found
        .filter(({ filename }) => filename !== '.' && filename !== '..')
        .map(({ filename, attrs }) => ({ name: plainName(filename, shown(directory)), entry: entryOf(attrs) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    resolve: (path) => ask<string>(path, (callback) => sftp.realpath(path, callback)),
    openToRead: (path) => open(path, 'r'),
    openToWrite: async (path) => (await orNull(open(path, 'r+'))) ?? open(path, 'w+'),
    resize: (path, bytes) => done(path, (callback) => sftp.setstat(path, { size: bytes }, callback)),
    rename: (from, to) => replaceBy(sftp, from, to, (send) => done(to, send)),
    makeDirectory: async (path) => {
      const there = await orNull(ask<Attributes>(path, (callback) => sftp.lstat(path, callback)));
      if (there !== null && entryOf(there).kind === 'directory') return;
      await done(path, (callback) => sftp.mkdir(path, { mode: 0o700 }, callback));
    },
    setFacts: (path, { mode, modifiedS }) => done(path, (callback) => sftp.setstat(path, { mode, atime: modifiedS, mtime: modifiedS }, callback)),
    readLink: (path) => ask<string>(path, (callback) => sftp.readlink(path, callback)),
    makeLink: (path, to) => done(path, (callback) => sftp.symlink(to, path, callback)),
    remove: (path) => done(path, (callback) => sftp.unlink(path, callback)),
    digestOfStart: async (path, bytes) => {
      const { code, stdout } = await capture(connection, `head -c ${bytes} ${remoteCommand(['--', path])} | sha256sum`).catch(() => ({ code: 1, stdout: '' }));
      return code === 0 ? (/^[0-9a-f]{64}/.exec(stdout)?.[0] ?? null) : null;
    },
  };
}

/** Over what is there: by OpenSSH's own way, at once; by others in two steps, since SFTP's rename refuses. */
async function replaceBy(sftp: SFTPWrapper, from: string, to: string, done: (send: (callback: (error?: Error | null) => void) => void) => Promise<void>): Promise<void> {
  try {
    await done((callback) => sftp.ext_openssh_rename(from, to, callback));
  } catch (error) {
    if (!(error instanceof NotOffered)) throw error;
    await done((callback) => sftp.unlink(to, () => callback(null)));
    await done((callback) => sftp.rename(from, to, callback));
  }
}

/** A machine may not name what lies outside of the directory. */
function plainName(name: string, directory: string): string {
  if (name !== '' && !/[/\0]/.test(name)) return name;
  throw new LabError({ kind: 'conflict', summary: `${directory} lists a name that no file can have: ${JSON.stringify(name)}` });
}

const fileTypes: Readonly<Record<number, Entry['kind']>> = { 0o100000: 'file', 0o040000: 'directory', 0o120000: 'link' };

function entryOf({ mode, size, mtime }: Attributes): Entry {
  return { kind: fileTypes[mode & 0o170000] ?? 'other', bytes: size, mode: mode & 0o777, modifiedS: mtime };
}

/** SSH_FX_EOF. */
function isEnd(error: Error | null | undefined): boolean {
  return error instanceof Error && 'code' in error && error.code === 1;
}

/** Status codes of SFTP version 3, draft-ietf-secsh-filexfer-02 §7. */
const codes: Readonly<Record<number, string>> = { 2: 'ENOENT', 3: 'EACCES' };

function remoteProblem(shown: string, error: Error): LabError {
  const status = 'code' in error && typeof error.code === 'number' ? error.code : 0;
  // OpenSSH says no more than "Failure" to a full disk, a file in the place of a directory, and much else.
  const plain = status === 4 ? new Error('the machine refused it (a full disk, or a file where a directory is to be?)', { cause: error }) : error;
  return copyProblem(shown, codes[status] ?? '', plain);
}

/** Whether a command's output is the command's alone: a shell's start-up files may print as well. */
async function isQuiet(connection: Connection): Promise<boolean> {
  return (await capture(connection, 'echo quiet')).stdout === 'quiet\n';
}

/** What a program there says of its failure, in the C locale's words. */
function codeIn(said: string): string {
  if (/no space left|quota exceeded/i.test(said)) return 'ENOSPC';
  return /permission denied/i.test(said) ? 'EACCES' : '';
}

function lost(host: string, why: string, cause: Error): LabError {
  return new LabError({ kind: 'network', summary: `${host}: ${why}`, hint: 'give the same command again: it goes on where it stopped', retryable: true }, { cause });
}

/** Whether the server takes large requests: OpenSSH does, others need not take more than 32 kB (filexfer-02 §3). */
function isOpenSsh({ client }: Connection): boolean {
  const ident: unknown = '_remoteVer' in client ? client._remoteVer : null;
  return typeof ident === 'string' && ident.startsWith('OpenSSH');
}
