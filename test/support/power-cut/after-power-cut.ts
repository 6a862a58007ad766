import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { DiskOperation } from './operation.ts';

/** A number from 0 up to 1, from a seeded source. */
export type Random = () => number;

interface FileContent {
  /** As a reader saw it before the cut. */
  latest: Buffer;
  /** What was synced last. */
  synced: Buffer;
}

/** A name to a file's number, or to null for a directory. */
type Names = Map<string, number | null>;

/**
 * Writes into an empty directory what a disk may hold after a power cut behind these operations. What was synced is there. Names that
 * were not: so many of them, in their order, as chance wills, as on a file system with a journal of its metadata. Content that was not:
 * all of it, what was synced before, a part, or zeros.
 */
export function afterPowerCut(operations: readonly DiskOperation[], target: string, random: Random): void {
  const kept = keptNames(operations, random);
  const names: Names = new Map();
  const files = new Map<number, FileContent>();
  operations.forEach((operation, index) => {
    applyToFiles(operation, files);
    if (operation.op === 'found' || kept(index)) applyToNames(operation, names);
  });
  mkdirSync(target, { recursive: true });
  const contents = new Map<number, Buffer>();
  for (const [path, file] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (file === null) {
      mkdirSync(join(target, path), { recursive: true, mode: 0o700 });
      continue;
    }
    mkdirSync(join(target, dirname(path)), { recursive: true, mode: 0o700 });
    // Two names of one file have one content.
    const content = contents.get(file) ?? survivingContent(files.get(file), random);
    contents.set(file, content);
    writeFileSync(join(target, path), content, { mode: 0o600 });
  }
}

/** Which operations on names survive: up to a random one behind the last that a sync made sure of. */
function keptNames(operations: readonly DiskOperation[], random: Random): (index: number) => boolean {
  const pending = new Map<string, number[]>();
  let sure = -1;
  operations.forEach((operation, index) => {
    if (operation.op === 'sync-directory') {
      for (const done of pending.get(operation.path) ?? []) sure = Math.max(sure, done);
      pending.delete(operation.path);
    }
    for (const folder of foldersOf(operation)) pending.set(folder, [...(pending.get(folder) ?? []), index]);
  });
  const last = sure + 1 + Math.floor(random() * (operations.length - sure));
  return (index) => index < last;
}

function foldersOf(operation: DiskOperation): readonly string[] {
  const parent = (path: string): string => (dirname(path) === '.' ? '' : dirname(path));
  switch (operation.op) {
    case 'mkdir':
    case 'create':
    case 'remove':
      return [parent(operation.path)];
    case 'rename':
    case 'link':
      return [parent(operation.to)];
    case 'found':
    case 'write':
    case 'truncate':
    case 'sync':
    case 'sync-directory':
      return [];
  }
}

function applyToFiles(operation: DiskOperation, files: Map<number, FileContent>): void {
  if (operation.op === 'create') files.set(operation.file, { latest: Buffer.alloc(0), synced: Buffer.alloc(0) });
  if (operation.op === 'found') files.set(operation.file, { latest: operation.data, synced: operation.data });
  if (operation.op !== 'write' && operation.op !== 'truncate' && operation.op !== 'sync') return;
  const content = files.get(operation.file);
  if (content === undefined) throw new Error(`no file ${operation.file} was ever made`);
  if (operation.op === 'sync') content.synced = content.latest;
  else if (operation.op === 'truncate') content.latest = Buffer.concat([content.latest.subarray(0, operation.size), Buffer.alloc(Math.max(0, operation.size - content.latest.length))]);
  else {
    const { at, data } = operation;
    const before = Buffer.concat([content.latest.subarray(0, at), Buffer.alloc(Math.max(0, at - content.latest.length))]);
    content.latest = Buffer.concat([before, data, content.latest.subarray(at + data.length)]);
  }
}

function applyToNames(operation: DiskOperation, names: Names): void {
  const below = (path: string): readonly string[] => [...names.keys()].filter((name) => name === path || name.startsWith(path + sep));
  switch (operation.op) {
    case 'mkdir':
      names.set(operation.path, null);
      return;
    case 'create':
    case 'found':
      names.set(operation.path, operation.file);
      return;
    case 'remove':
      for (const name of below(operation.path)) names.delete(name);
      return;
    case 'link': {
      const file = names.get(operation.from);
      if (file !== undefined) names.set(operation.to, file);
      return;
    }
    case 'rename': {
      const moved = below(operation.from).map((name) => [operation.to + name.slice(operation.from.length), names.get(name) ?? null] as const);
      for (const name of [...below(operation.to), ...below(operation.from)]) names.delete(name);
      for (const [name, file] of moved) names.set(name, file);
      return;
    }
    case 'write':
    case 'truncate':
    case 'sync':
    case 'sync-directory':
      return;
  }
}

function survivingContent(content: FileContent | undefined, random: Random): Buffer {
  if (content === undefined) return Buffer.alloc(0);
  const { latest, synced } = content;
  if (latest.equals(synced)) return latest;
  const chance = random();
  if (chance < 0.25) return latest;
  if (chance < 0.5) return synced;
  // What was appended to something synced leaves that alone.
  const sure = latest.subarray(0, synced.length).equals(synced) ? synced.length : 0;
  const part = sure + Math.floor(random() * (latest.length - sure));
  return chance < 0.75 ? latest.subarray(0, part) : Buffer.concat([latest.subarray(0, sure), Buffer.alloc(latest.length - sure)]);
}
