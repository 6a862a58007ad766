import type { CopyResult } from '../../core/copied.ts';
import { LabError } from '../../core/errors.ts';
import { withLimit } from '../../core/with-limit.ts';
import { asError, copyFile, interrupted, type Place } from './copy-file.ts';
import type { Entry } from './side.ts';

/** What a copy has come to so far. */
export interface CopyProgress {
  readonly files: number;
  readonly filesTotal: number;
  readonly bytes: number;
  readonly bytesTotal: number;
}

export interface TreeCopy {
  readonly from: Place;
  readonly to: Place;
  /** The target is a directory of somebody's: what it is stays, what is in the source comes into it. */
  readonly intoExisting: boolean;
  /** What the source is, links on its own name followed. */
  readonly root: Entry;
  /** Copies what links lead to in the place of the links. */
  readonly dereference: boolean;
  /** What is below the root and not to be copied, by its path on the side that it is on. @default nothing */
  readonly leftOut?: ((path: string) => boolean) | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CopyProgress) => void;
}

interface Item {
  /** Below the root; empty: the root itself. */
  readonly names: readonly string[];
  readonly entry: Entry;
}

/** Files under way at once: most of a small file's time is waiting for answers. */
const filesAtOnce = 8;
/** A smaller file is copied again rather than believed to be the same by its size and time. */
const believedBytes = 64 * 1024;

/** Copies a file or a whole directory. Rejects with the first LabError; what was copied stays, and the same copy again goes on. */
export async function copyTree(copy: TreeCopy): Promise<CopyResult> {
  const skipped: string[] = [];
  const items = await walk(copy, skipped);
  const of = (kind: Entry['kind']) => items.filter(({ entry }) => entry.kind === kind);
  const [directories, files, links] = [of('directory'), of('file'), of('link')];
  const bytesTotal = files.reduce((sum, { entry }) => sum + entry.bytes, 0);
  let [bytes, filesDone, resumedBytes, unchanged] = [0, 0, 0, 0];
  const tell = () => copy.onProgress({ files: filesDone, filesTotal: files.length, bytes, bytesTotal });
  const more = (copied: number) => {
    bytes += copied;
    tell();
  };
  tell();
  // One after the other: each is in one before.
  const made = directories.filter(({ names }) => !copy.intoExisting || names.length > 0);
  for (const { names } of made) await copy.to.side.makeDirectory(at(copy.to, names));
  const failures: unknown[] = [];
  await withLimit(files, filesAtOnce, async ({ names, entry }) => {
    if (failures.length > 0) return;
    try {
      const target: Place = { side: copy.to.side, path: at(copy.to, names) };
      const existing = await target.side.look(target.path, false);
      if (names.length > 0 && entry.bytes >= believedBytes && isSame(existing, entry)) {
        unchanged += 1;
        more(entry.bytes);
      } else {
        const from: Place = { side: copy.from.side, path: at(copy.from, names) };
        resumedBytes += (await copyFile({ from, to: target, entry, existing, signal: copy.signal, onBytes: more })).resumedBytes;
      }
      filesDone += 1;
      tell();
    } catch (error) {
      failures.push(error);
    }
  });
  if (failures.length > 0) throw asError(failures[0]);
  for (const { names } of links) await copyLink(copy, names);
  // From the inside out: what is written into a directory changes its time, and it may be closed to its owner.
  for (const { names, entry } of [...made].reverse()) await copy.to.side.setFacts(at(copy.to, names), entry).catch(unlessRefused);
  return { files: files.length, directories: directories.length, links: links.length, bytes: bytesTotal, resumedBytes, unchanged, skipped };
}

async function walk({ from, root, dereference, leftOut, signal }: TreeCopy, skipped: string[]): Promise<readonly Item[]> {
  const items: Item[] = [];
  const visit = async (names: readonly string[], entry: Entry, above: ReadonlySet<string>): Promise<void> => {
    if (signal.aborted) throw interrupted();
    const path = at(from, names);
    if (entry.kind === 'other') {
      if (names.length === 0) throw new LabError({ kind: 'invalid-input', summary: `${from.side.shown(path)} is neither a file nor a directory` });
      skipped.push(from.side.shown(path));
      return;
    }
    items.push({ names, entry });
    if (entry.kind !== 'directory') return;
    const here = dereference ? await from.side.resolve(path) : '';
    if (above.has(here)) throw new LabError({ kind: 'invalid-input', summary: `${from.side.shown(path)} leads back to a directory above it`, hint: 'without --dereference links are copied as links' });
    const below = dereference ? new Set([...above, here]) : above;
    for (const { name, entry: child } of await from.side.list(path)) {
      if (leftOut?.(from.side.join(path, name)) === true) continue;
      const led = dereference && child.kind === 'link' ? await from.side.look(from.side.join(path, name), true) : child;
      // A link that leads nowhere stays one.
      await visit([...names, name], led ?? child, below);
    }
  };
  await visit([], root, new Set());
  return items;
}

async function copyLink({ from, to }: TreeCopy, names: readonly string[]): Promise<void> {
  const target = at(to, names);
  const leadsTo = await from.side.readLink(at(from, names));
  const existing = await to.side.look(target, false);
  if (existing?.kind === 'link' && (await to.side.readLink(target)) === leadsTo) return;
  if (existing?.kind === 'directory') throw new LabError({ kind: 'conflict', summary: `${to.side.shown(target)}: a directory is in the place of a link` });
  if (existing !== null) await to.side.remove(target);
  await to.side.makeLink(target, leadsTo);
}

function at({ side, path }: Place, names: readonly string[]): string {
  return names.reduce((directory, name) => side.join(directory, name), path);
}

/** A directory that was there may belong to somebody else. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof LabError && error.problem.kind === 'permission')) throw error;
}

function isSame(existing: Entry | null, { bytes, modifiedS }: Entry): boolean {
  return existing?.kind === 'file' && existing.bytes === bytes && existing.modifiedS === modifiedS;
}
