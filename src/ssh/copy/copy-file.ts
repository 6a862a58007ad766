import { createHash } from 'node:crypto';
import { LabError } from '../../core/errors.ts';
import { type Bulk, bulkBytes, copyBulk } from './bulk.ts';
import type { Entry, OpenFile, Side } from './side.ts';

/** One end of a copy. */
export interface Place {
  readonly side: Side;
  readonly path: string;
}

export interface FileCopy {
  readonly from: Place;
  readonly to: Place;
  readonly entry: Entry;
  /** What is at the target now. */
  readonly existing: Entry | null;
  readonly signal: AbortSignal;
  /** Called with bytes that were copied, or found there. */
  readonly onBytes: (bytes: number) => void;
}

/** How often progress is looked for that nobody tells. */
const lookEveryMs = 250;

/**
 * Copies a file's content, mode and time: into a partial file beside the target, which takes its place once it is whole. What an earlier
 * copy left there is gone on with where it is the beginning of this very content. Resolves to the bytes that were there already.
 */
export async function copyFile(copy: FileCopy): Promise<{ readonly resumedBytes: number }> {
  const { from, to, entry } = copy;
  const part: Place = { side: to.side, path: partOf(to) };
  const source = await from.side.openToRead(from.path);
  try {
    const opened = await openPart(part, copy);
    const { target, file } = opened;
    const resumedBytes = opened.direct ? 0 : await keptBytes(copy, part);
    try {
      copy.onBytes(resumedBytes);
      const bulk = opened.direct ? null : await bulkOf(copy, resumedBytes);
      if (bulk === null) await pump(copy, source, file, resumedBytes);
      else await pour(copy, bulk, part, resumedBytes);
    } finally {
      await file.close().catch(() => undefined);
    }
    await finish(copy, target);
    return { resumedBytes };
  } finally {
    await source.close().catch(() => undefined);
  }

  async function finish({ existing }: FileCopy, target: Place): Promise<void> {
    const written = await target.side.look(target.path, true);
    if ((written?.bytes ?? 0) > entry.bytes) await target.side.resize(target.path, entry.bytes);
    else if (written?.bytes !== entry.bytes) throw changed(from);
    if ((await from.side.look(from.path, true))?.modifiedS !== entry.modifiedS) throw changed(from);
    await target.side.setFacts(target.path, entry).catch((error: unknown) => {
      // A file that belongs to somebody else may be written and not be changed otherwise.
      if (target.path !== to.path) throw error;
    });
    if (target.path === to.path) return;
    // A file never takes the place of a directory.
    if (existing?.kind === 'directory') throw new LabError({ kind: 'conflict', summary: `${to.side.shown(to.path)}: a directory is there` });
    await to.side.rename(target.path, to.path);
  }
}

/** The partial file; or the target itself, where nothing may be made beside it and it may be written. */
async function openPart(part: Place, { to, existing }: FileCopy): Promise<{ readonly target: Place; readonly file: OpenFile; readonly direct: boolean }> {
  try {
    return { target: part, file: await part.side.openToWrite(part.path), direct: false };
  } catch (error) {
    if (!(error instanceof LabError && error.problem.kind === 'permission' && existing?.kind === 'file')) throw error;
    const file = await to.side.openToWrite(to.path).catch(() => {
      throw error;
    });
    return { target: to, file, direct: true };
  }
}

/** How much of the partial file is the beginning of the source. */
async function keptBytes({ from, to, entry }: FileCopy, part: Place): Promise<number> {
  const there = await part.side.look(part.path, false);
  if (there === null || there.bytes === 0) return 0;
  // Pieces are written in any order, but never further apart than this: what lies before is whole.
  const window = windowBytes(from.side, to.side);
  const kept = Math.min(there.bytes - window, entry.bytes);
  const digests = kept <= 0 ? [null, null] : await Promise.all([from.side.digestOfStart(from.path, kept), part.side.digestOfStart(part.path, kept)]);
  const same = digests[0] !== null && digests[0] === digests[1];
  await part.side.resize(part.path, same ? kept : 0);
  return same ? kept : 0;
}

function piecesOf(from: Side, to: Side): Side['pieces'] {
  const { bytes, atOnce } = from.pieces.bytes < to.pieces.bytes ? from.pieces : to.pieces;
  return { bytes, atOnce };
}

function windowBytes(from: Side, to: Side): number {
  const { bytes, atOnce } = piecesOf(from, to);
  return bytes * atOnce;
}

/** Copies from a position to the end, a bounded number of pieces at once and never further than those apart. */
async function pump({ from, to, entry, signal, onBytes }: FileCopy, source: OpenFile, target: OpenFile, start: number): Promise<void> {
  const { bytes, atOnce } = piecesOf(from.side, to.side);
  const underWay: Promise<void>[] = [];
  const free: Buffer[] = [];
  const failures: unknown[] = [];
  for (let at = start; at < entry.bytes && failures.length === 0; at += bytes) {
    if (signal.aborted) {
      failures.push(interrupted());
      break;
    }
    if (underWay.length >= atOnce) await underWay.shift();
    const position = at;
    const length = Math.min(bytes, entry.bytes - at);
    const buffer = free.pop() ?? Buffer.allocUnsafe(bytes);
    underWay.push(
      (async () => {
        const piece = buffer.subarray(0, length);
        if ((await source.read(piece, position)) < length) throw changed(from);
        await target.write(piece, position);
        free.push(buffer);
        onBytes(length);
      })().catch((error: unknown) => {
        failures.push(error);
      }),
    );
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw asError(failures[0]);
}

/** For what is kept before it is thrown. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** The way to move much, where there is one and that much is to be moved. */
async function bulkOf({ from, to, entry }: FileCopy, start: number): Promise<Bulk | null> {
  if (entry.bytes - start < bulkBytes) return null;
  return to.side.bulk ?? ((await from.side.bulk?.canPull()) === true ? from.side.bulk : null);
}

/** Copies from a position to the end, in order. */
async function pour({ from, to, signal, onBytes }: FileCopy, bulk: Bulk, part: Place, start: number): Promise<void> {
  let seen = start;
  const look = async () => {
    const now = (await part.side.look(part.path, false))?.bytes ?? seen;
    if (now > seen) onBytes(now - seen);
    seen = Math.max(seen, now);
  };
  const timer = setInterval(() => void look().catch(() => undefined), lookEveryMs);
  try {
    await copyBulk(bulk, { direction: to.side.bulk === null ? 'down' : 'up', source: from.path, target: part.path, start });
    await look();
  } catch (error) {
    throw signal.aborted ? interrupted() : error;
  } finally {
    clearInterval(timer);
  }
}

/** Short enough for every file system, also for a long name. */
function partOf({ side, path }: Place): string {
  const [, directory = '', name = ''] = /^(.*?)([^/]*)$/s.exec(path) ?? [];
  const short = Buffer.byteLength(name) <= 200 ? name : createHash('sha256').update(name).digest('hex');
  return side.join(directory === '' ? '.' : directory, `.${short}.labtui-part`);
}

function changed({ side, path }: Place): LabError {
  return new LabError({ kind: 'conflict', summary: `${side.shown(path)} changed while it was copied`, hint: 'give the same command again once nothing writes to it', retryable: true });
}

/** What ends a copy when the user does. */
export function interrupted(): LabError {
  return new LabError({ kind: 'conflict', summary: 'interrupted', hint: 'give the same command again: it goes on where it stopped' });
}
