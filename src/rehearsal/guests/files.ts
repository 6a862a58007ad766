import { posix } from 'node:path';
import { isKeptPlace, type KeptFiles } from './kept-files.ts';

/** Why a file could not be used, in a program's words. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

interface Entry {
  readonly mode: number;
  /** null: a directory. */
  readonly content: (() => string) | Buffer | null;
  /** Seconds since 1970; absent: as old as the image. */
  readonly modifiedS?: number;
}

/** Who asks: only root reads and writes everything. */
export interface Asker {
  readonly uid: number;
  readonly home: string;
}

/** A guest's files: those that a system has, and those that were written where users keep theirs. */
export class Files {
  readonly #entries = new Map<string, Entry>([['/', { mode: 0o755, content: null }]]);
  readonly #disk: KeptFiles | null;

  constructor(disk: KeptFiles | null = null) {
    this.#disk = disk;
  }

  /** Puts what was written before in its place: once the system's own files are there. */
  mount(): void {
    const kept = [...(this.#disk?.all() ?? [])].sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const { path, ...entry } of kept) {
      this.placeDirectory(posix.dirname(path));
      this.#entries.set(path, entry);
    }
  }

  /** Puts a file in place, with the directories above it. A function is asked at each reading. */
  place(path: string, content: string | Buffer | (() => string), mode = 0o644): void {
    this.placeDirectory(posix.dirname(path));
    this.#entries.set(path, { mode, content: typeof content === 'string' ? Buffer.from(content, 'utf8') : content });
  }

  placeDirectory(path: string, mode = 0o755): void {
    if (this.#entries.has(path)) return;
    this.placeDirectory(posix.dirname(path));
    this.#entries.set(path, { mode, content: null });
  }

  is(path: string): 'file' | 'directory' | null {
    const entry = this.#entries.get(path);
    if (entry === undefined) return null;
    return entry.content === null ? 'directory' : 'file';
  }

  mode(path: string): number {
    return this.#entries.get(path)?.mode ?? 0;
  }

  /** Throws a FileError. */
  read(path: string, asker: Asker): Buffer {
    const entry = this.#entries.get(path);
    if (entry === undefined) throw new FileError('No such file or directory');
    if (entry.content === null) throw new FileError('Is a directory');
    if (asker.uid !== 0 && (entry.mode & 0o077) === 0 && !this.#owns(path, asker)) throw new FileError('Permission denied');
    return typeof entry.content === 'function' ? Buffer.from(entry.content(), 'utf8') : entry.content;
  }

  size(path: string): number {
    const content = this.#entries.get(path)?.content ?? null;
    if (content === null) return 4096;
    return typeof content === 'function' ? Buffer.byteLength(content()) : content.length;
  }

  /** Throws a FileError. */
  write(path: string, content: Buffer, asker: Asker, mode?: number): void {
    const before = this.#entries.get(path);
    if (before?.content === null) throw new FileError('Is a directory');
    this.#assertWritable(path, asker);
    this.#put(path, { mode: mode ?? before?.mode ?? 0o644, content });
  }

  /** Throws a FileError. */
  makeDirectory(path: string, asker: Asker, mode = 0o755): void {
    if (this.#entries.has(path)) throw new FileError('File exists');
    this.#assertWritable(path, asker);
    this.#put(path, { mode, content: null });
  }

  /** Throws a FileError. Directories go with what is in them. */
  remove(path: string, asker: Asker): void {
    if (!this.#entries.has(path)) throw new FileError('No such file or directory');
    this.#assertWritable(path, asker);
    for (const name of [...this.#entries.keys()]) if (name === path || name.startsWith(`${path}/`)) this.#take(name);
  }

  /** Throws a FileError. */
  changeMode(path: string, mode: number, asker: Asker): void {
    const entry = this.#entries.get(path);
    if (entry === undefined) throw new FileError('No such file or directory');
    if (asker.uid !== 0 && !this.#owns(path, asker)) throw new FileError('Operation not permitted');
    this.#put(path, { ...entry, mode }, entry.modifiedS);
  }

  /** Seconds since 1970. */
  modifiedS(path: string): number {
    return this.#entries.get(path)?.modifiedS ?? 0;
  }

  changeTime(path: string, modifiedS: number): void {
    const entry = this.#entries.get(path);
    if (entry !== undefined) this.#put(path, entry, modifiedS);
  }

  /** Throws a FileError. Over a file that is there; directories go with what is in them. */
  rename(from: string, to: string, asker: Asker): void {
    if (!this.#entries.has(from)) throw new FileError('No such file or directory');
    if (this.is(to) === 'directory') throw new FileError('Is a directory');
    this.#assertWritable(from, asker);
    this.#assertWritable(to, asker);
    for (const [name, entry] of [...this.#entries]) {
      if (name !== from && !name.startsWith(`${from}/`)) continue;
      this.#take(name);
      this.#put(to + name.slice(from.length), entry, entry.modifiedS);
    }
  }

  /** Names in a directory, sorted. */
  list(path: string): readonly string[] {
    const prefix = path === '/' ? '/' : `${path}/`;
    const names = [...this.#entries.keys()].filter((name) => name !== '/' && name.startsWith(prefix) && !name.slice(prefix.length).includes('/'));
    return names.map((name) => name.slice(prefix.length)).sort();
  }

  #put(path: string, entry: Omit<Entry, 'modifiedS'>, modifiedS = Math.floor(Date.now() / 1_000)): void {
    this.#entries.set(path, { ...entry, modifiedS });
    const content = typeof entry.content === 'function' ? Buffer.from(entry.content(), 'utf8') : entry.content;
    if (isKeptPlace(path)) this.#disk?.keep({ path, mode: entry.mode, modifiedS, content });
  }

  #take(path: string): void {
    this.#entries.delete(path);
    if (isKeptPlace(path)) this.#disk?.forget(path);
  }

  #owns(path: string, { home }: Asker): boolean {
    return [home, '/tmp', '/var/tmp'].some((root) => path === root || path.startsWith(`${root}/`));
  }

  #assertWritable(path: string, asker: Asker): void {
    if (this.is(posix.dirname(path)) !== 'directory') throw new FileError('No such file or directory');
    if (asker.uid !== 0 && !this.#owns(path, asker)) throw new FileError('Permission denied');
  }
}
