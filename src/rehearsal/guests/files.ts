import { posix } from 'node:path';

/** Why a file could not be used, in a program's words. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

interface Entry {
  readonly mode: number;
  /** null: a directory. */
  readonly content: (() => string) | Buffer | null;
}

/** Who asks: only root reads and writes everything. */
export interface Asker {
  readonly uid: number;
  readonly home: string;
}

/** A guest's files, in memory: those that a system has, and those that were written over this connection. */
export class Files {
  readonly #entries = new Map<string, Entry>([['/', { mode: 0o755, content: null }]]);

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
    this.#entries.set(path, { mode: mode ?? before?.mode ?? 0o644, content });
  }

  /** Throws a FileError. */
  makeDirectory(path: string, asker: Asker, mode = 0o755): void {
    if (this.#entries.has(path)) throw new FileError('File exists');
    this.#assertWritable(path, asker);
    this.#entries.set(path, { mode, content: null });
  }

  /** Throws a FileError. Directories go with what is in them. */
  remove(path: string, asker: Asker): void {
    if (!this.#entries.has(path)) throw new FileError('No such file or directory');
    this.#assertWritable(path, asker);
    for (const name of [...this.#entries.keys()]) if (name === path || name.startsWith(`${path}/`)) this.#entries.delete(name);
  }

  /** Throws a FileError. */
  changeMode(path: string, mode: number, asker: Asker): void {
    const entry = this.#entries.get(path);
    if (entry === undefined) throw new FileError('No such file or directory');
    if (asker.uid !== 0 && !this.#owns(path, asker)) throw new FileError('Operation not permitted');
    this.#entries.set(path, { ...entry, mode });
  }

  /** Names in a directory, sorted. */
  list(path: string): readonly string[] {
    const prefix = path === '/' ? '/' : `${path}/`;
    const names = [...this.#entries.keys()].filter((name) => name !== '/' && name.startsWith(prefix) && !name.slice(prefix.length).includes('/'));
    return names.map((name) => name.slice(prefix.length)).sort();
  }

  #owns(path: string, { home }: Asker): boolean {
    return [home, '/tmp', '/var/tmp'].some((root) => path === root || path.startsWith(`${root}/`));
  }

  #assertWritable(path: string, asker: Asker): void {
    if (this.is(posix.dirname(path)) !== 'directory') throw new FileError('No such file or directory');
    if (asker.uid !== 0 && !this.#owns(path, asker)) throw new FileError('Permission denied');
  }
}
