import type { Bulk } from './bulk.ts';

/** What a name stands for on one side of a copy. */
export interface Entry {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly bytes: number;
  /** The permission bits: 0o644. */
  readonly mode: number;
  /** Seconds since 1970, as SFTP has it. */
  readonly modifiedS: number;
}

/** A file that is read, or written in any order. */
export interface OpenFile {
  /** Fills the buffer from this position; resolves to the bytes that were there, fewer only at the end. */
  read(buffer: Buffer, position: number): Promise<number>;
  write(bytes: Buffer, position: number): Promise<void>;
  close(): Promise<void>;
}

/** Where files are: on this computer, or on a machine. Everything rejects with a LabError that names the path. */
export interface Side {
  /** How a path on it is shown to the user. */
  readonly shown: (path: string) => string;
  /** How much a read or a write takes best, and how many of them are under way at once. */
  readonly pieces: { readonly bytes: number; readonly atOnce: number };
  /** null: by pieces alone. */
  readonly bulk: Bulk | null;
  join(directory: string, name: string): string;
  /** null: there is nothing. `follow`: of what a symbolic link leads to. */
  look(path: string, follow: boolean): Promise<Entry | null>;
  /** What is in a directory, sorted. */
  list(directory: string): Promise<readonly { readonly name: string; readonly entry: Entry }[]>;
  /** The path without links, `.` and `..`. */
  resolve(path: string): Promise<string>;
  openToRead(path: string): Promise<OpenFile>;
  /** Makes it where it is missing, readable for its owner alone; what it holds stays. */
  openToWrite(path: string): Promise<OpenFile>;
  /** Cuts a file off, or makes it longer with nothing. */
  resize(path: string, bytes: number): Promise<void>;
  /** The whole path, in the place of what was there. */
  rename(from: string, to: string): Promise<void>;
  /** For its owner to fill; nothing where it is there. */
  makeDirectory(path: string): Promise<void>;
  setFacts(path: string, facts: Pick<Entry, 'mode' | 'modifiedS'>): Promise<void>;
  readLink(path: string): Promise<string>;
  makeLink(path: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** SHA-256 of a file's first bytes, in hex; null where that side cannot tell. */
  digestOfStart(path: string, bytes: number): Promise<string | null>;
}
