import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, readlink, realpath, rename, rm, stat, symlink, truncate, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import { errnoOf } from '../../platform/errno.ts';
import { copyProblem } from './copy-problem.ts';
import type { Entry, Side } from './side.ts';

/** The files of this computer. */
export const localSide: Side = {
  shown: (path) => path,
  pieces: { bytes: 256 * 1024, atOnce: 8 },
  bulk: null,
  join,
  look: (path, follow) => told(path, async () => entryOf(await (follow ? stat : lstat)(path)), true),
  list: (directory) =>
    told(directory, async () => {
      const names = (await readdir(directory)).sort();
      return Promise.all(names.map(async (name) => ({ name, entry: entryOf(await lstat(join(directory, name))) })));
    }),
  resolve: (path) => told(path, () => realpath(path)),
  openToRead: (path) => openFile(path, 'r'),
  openToWrite: (path) => openFile(path, 'r+').catch((error: unknown) => {
    if (error instanceof LabError && error.problem.kind === 'not-found') return openFile(path, 'wx+');
    throw error;
  }),
  resize: (path, bytes) => told(path, () => truncate(path, bytes)),
  rename: (from, to) => told(to, () => rename(from, to)),
  makeDirectory: (path) =>
    told(path, async () => {
      const there = await lstat(path).catch(() => null);
      if (there?.isDirectory() === true) return;
      // Whatever else is there, a link above all, is not to be written through.
      await mkdir(path, { mode: 0o700 });
    }),
  setFacts: (path, { mode, modifiedS }) =>
    told(path, async () => {
      await chmod(path, mode);
      await utimes(path, modifiedS, modifiedS);
    }),
  readLink: (path) => told(path, () => readlink(path)),
  makeLink: (path, to) => told(path, () => symlink(to, path)),
  remove: (path) => told(path, () => rm(path)),
  digestOfStart: (path, bytes) =>
    told(path, async () => {
      const hash = createHash('sha256');
      if (bytes > 0) for await (const chunk of createReadStream(path, { end: bytes - 1, highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
      return hash.digest('hex');
    }),
};

async function openFile(path: string, flags: 'r' | 'r+' | 'wx+') {
  const handle = await told(path, () => open(path, flags, 0o600));
  return {
    read: (buffer: Buffer, position: number) =>
      told(path, async () => {
        let filled = 0;
        while (filled < buffer.length) {
          const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return filled;
      }),
    write: (bytes: Buffer, position: number) =>
      told(path, async () => {
        for (let done = 0; done < bytes.length; ) done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
      }),
    close: () => told(path, () => handle.close()),
  };
}

function entryOf(stats: Stats): Entry {
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'link' : 'other';
  return { kind, bytes: stats.size, mode: stats.mode & 0o777, modifiedS: Math.floor(stats.mtimeMs / 1_000) };
}

async function told<T>(path: string, work: () => Promise<T>): Promise<T>;
async function told<T>(path: string, work: () => Promise<T>, mayMiss: true): Promise<T | null>;
async function told<T>(path: string, work: () => Promise<T>, mayMiss = false): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const code = errnoOf(error) ?? '';
    if (mayMiss && (code === 'ENOENT' || code === 'ENOTDIR')) return null;
    throw copyProblem(path, code, error);
  }
}
