import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../platform/errno.ts';
import type { WorldRecord } from './change.ts';
import { headerLine, readHeader, readRecord, readSnapshot, recordLine, snapshotText } from './world-format.ts';
import { damagedWorld, worldGone } from './world-problem.ts';
import { linesOf, newestSnapshot, openPart, partFile, snapshotFile } from './world-parts.ts';
import { emptyWorld, WorldState } from './world-state.ts';
import type { JournalEntry } from './world.ts';

/** A part of the journal is closed, and its outcome written down, when it is this long and longer than the last snapshot. */
const partBytes = 512 * 1024;
const newline = 0x0a;

interface Start {
  readonly part: number;
  readonly state: WorldState;
  readonly snapshotBytes: number;
}

/**
 * A world on disk: `journal-N.ndjson`, each part a header and records, and `snapshot-N.json`, the world before part N.
 * Parts are kept: all of them, replayed, make the world. Only the newest snapshot is. It is there from one moment to the next
 * (rename), and from then on everybody writes part N. No fsync: a killed process loses nothing that it wrote, and a power
 * cut loses machines that never existed.
 */
export class WorldFiles {
  readonly #directory: string;
  #state: WorldState;
  #part: number;
  #fd: number;
  /** Up to here the part was read. */
  #offset = 0;
  #snapshotBytes: number;

  private constructor(directory: string, start: Start) {
    this.#directory = directory;
    this.#state = start.state;
    this.#part = start.part;
    this.#snapshotBytes = start.snapshotBytes;
    this.#fd = openPart(directory, start.part);
  }

  /** null: there is no world yet, `create` it under the lock. */
  static open(directory: string): WorldFiles | null {
    for (;;) {
      const part = newestSnapshot(directory);
      try {
        const start = part === 1 ? beginning(directory) : fromSnapshot(directory, part);
        if (start === null) return null;
        return new WorldFiles(directory, start).#readFrom();
      } catch (error) {
        // A newer snapshot has taken the place of the one that was listed.
        if (errnoOf(error) === 'ENOENT' && newestSnapshot(directory) !== part) continue;
        throw error;
      }
    }
  }

  /** Under the lock. */
  static create(directory: string): WorldFiles {
    const found = WorldFiles.open(directory);
    if (found !== null) return found;
    const seed = randomBytes(16).toString('hex');
    writeFileSync(partFile(directory, 1), headerLine({ part: 1, seed, after: 0 }), { mode: 0o600 });
    const made = WorldFiles.open(directory);
    if (made === null) throw damagedWorld(directory, 'its journal was not written');
    return made;
  }

  get state(): WorldState {
    return this.#state;
  }

  /** Reads what others have appended. Whole lines only: the last may be in the middle of its writing. */
  catchUp(): void {
    for (;;) {
      this.#readOn();
      const next = this.#part + 1;
      // The snapshot is there first, and gone when there is a newer one.
      if (!existsSync(partFile(this.#directory, next)) && !existsSync(snapshotFile(this.#directory, next))) return;
      // Nothing is appended to a part once the next one has begun: now it is read to its end.
      this.#readOn();
      this.#turnTo(next);
    }
  }

  /** Under the lock, after `catchUp`: what is left of a line then, its writer was killed. */
  cutTornLine(): void {
    if (fstatSync(this.#fd).size > this.#offset) ftruncateSync(this.#fd, this.#offset);
  }

  /** Under the lock. The state has these records already. */
  append(records: readonly WorldRecord[]): void {
    if (records.length === 0) return;
    const after = (records[0]?.seq ?? 1) - 1;
    const header = this.#offset === 0 ? headerLine({ part: this.#part, seed: this.#state.seed, after }) : '';
    const bytes = Buffer.from(header + records.map(recordLine).join(''));
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#fd, bytes, written);
    this.#offset += bytes.length;
    if (this.#offset > Math.max(partBytes, this.#snapshotBytes)) this.#beginPart();
  }

  /** The newest entries, oldest first. */
  journal(last: number): readonly JournalEntry[] {
    this.catchUp();
    const entries: JournalEntry[] = [];
    for (let part = this.#part; part > 0 && entries.length < last; part -= 1) {
      const lines = linesOf(this.#directory, part);
      for (let index = lines.length - 1; index > 0 && entries.length < last; index -= 1) {
        const { entry } = readRecord(partFile(this.#directory, part), lines[index] ?? '');
        if (entry !== null) entries.push(entry);
      }
    }
    return entries.reverse();
  }

  close(): void {
    closeSync(this.#fd);
  }

  #readFrom(): this {
    try {
      this.catchUp();
      return this;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #readOn(): void {
    const { size, nlink } = fstatSync(this.#fd);
    if (nlink === 0) throw worldGone(this.#directory);
    if (size <= this.#offset) return;
    const bytes = Buffer.alloc(size - this.#offset);
    let read = 0;
    while (read < bytes.length) {
      const more = readSync(this.#fd, bytes, read, bytes.length - read, this.#offset + read);
      // Cut meanwhile: it was a torn line.
      if (more === 0) break;
      read += more;
    }
    const file = partFile(this.#directory, this.#part);
    for (let begin = 0; ; ) {
      const end = bytes.subarray(0, read).indexOf(newline, begin);
      if (end < 0) return;
      this.#takeIn(file, bytes.toString('utf8', begin, end));
      this.#offset += end + 1 - begin;
      begin = end + 1;
    }
  }

  #takeIn(file: string, line: string): void {
    if (this.#offset === 0) {
      const { part, after, seed } = readHeader(file, line);
      if (part === this.#part && after === this.#state.seq && seed === this.#state.seed) return;
      throw damagedWorld(file, 'its journal does not follow from what is before it');
    }
    const record = readRecord(file, line);
    try {
      this.#state.apply(record);
    } catch (error) {
      throw damagedWorld(file, error instanceof Error ? error.message : String(error), error);
    }
  }

  #beginPart(): void {
    const next = this.#part + 1;
    // Nobody else writes one: these are of writers that were killed.
    for (const name of readdirSync(this.#directory)) if (/^snapshot-.*\.tmp$/.test(name)) rmSync(join(this.#directory, name), { force: true });
    const temporary = join(this.#directory, `snapshot-${next}.tmp`);
    const text = snapshotText(this.#state.snapshot());
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, snapshotFile(this.#directory, next));
    this.#turnTo(next);
    this.#snapshotBytes = Buffer.byteLength(text);
    rmSync(snapshotFile(this.#directory, next - 1), { force: true });
  }

  #turnTo(part: number): void {
    const fd = openPart(this.#directory, part);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#part = part;
    this.#offset = 0;
  }
}

function fromSnapshot(directory: string, part: number): Start {
  const file = snapshotFile(directory, part);
  const text = readFileSync(file, 'utf8');
  return { part, state: new WorldState(readSnapshot(file, text)), snapshotBytes: Buffer.byteLength(text) };
}

/** Before its first line is whole, a world does not exist. */
function beginning(directory: string): Start | null {
  const [first] = linesOf(directory, 1);
  if (first === undefined) return null;
  const { seed } = readHeader(partFile(directory, 1), first);
  return { part: 1, state: new WorldState(emptyWorld(seed)), snapshotBytes: 0 };
}
