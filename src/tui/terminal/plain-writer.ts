import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { FrameTarget } from './frame-writer.ts';
import type { ScreenWriter } from './screen-writer.ts';

/** So long after a key, what changes is its answer. */
const answerMs = 150;

/** What of a frame was said, for the next one to be compared with. */
interface Said {
  readonly selected: ReadonlySet<string>;
  readonly exact: ReadonlySet<string>;
  readonly material: ReadonlySet<string>;
}

const nothing: Said = { selected: new Set(), exact: new Set(), material: new Set() };

/**
 * Stands in for a terminal to Ink where lines are read one after the other, by a screen reader or from paper: nothing moves, and of
 * each frame only new lines are printed. Of what changes by itself a number or a bar is not worth a line; of what a key changes, it is.
 */
export class PlainWriter extends Writable implements ScreenWriter {
  readonly isTTY = false;
  readonly #target: FrameTarget;
  readonly #nowMs: () => number;
  #said = nothing;
  #closed = false;
  #keyMs = -Infinity;

  constructor(target: FrameTarget, nowMs: () => number = () => performance.now()) {
    super({ decodeStrings: false });
    this.#target = target;
    this.#nowMs = nowMs;
  }

  get columns(): number {
    return this.#target.columns;
  }

  get rows(): number {
    return this.#target.rows;
  }

  mute(): void {
    this.#closed = true;
  }

  unmute(): void {
    this.#closed = false;
    this.#said = nothing;
  }

  /** What was printed stays true at another width. */
  forget(): void {
    return;
  }

  keyPressed(): void {
    this.#keyMs = this.#nowMs();
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    if (!this.#closed && typeof chunk === 'string') this.#show(linesOf(chunk));
    done();
  }

  #show(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const answers = this.#nowMs() - this.#keyMs <= answerMs;
    const before = this.#said;
    const fresh = lines.filter((line) => {
      if (isSelected(line) && answers) return !before.selected.has(line);
      return answers ? !before.exact.has(unselected(line)) : !before.material.has(material(line));
    });
    this.#said = {
      selected: new Set(lines.filter(isSelected)),
      exact: new Set(lines.map(unselected)),
      material: new Set(lines.map(material)),
    };
    if (fresh.length > 0) this.#target.write(`${fresh.join('\n')}\n`);
  }
}

/** The lines that say something: no rules, no blank ones. */
function linesOf(frame: string): readonly string[] {
  return stripVTControlCharacters(frame)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => !/^[\s─-]*$/.test(line));
}

const cursor = /^(\s*)[▸>](?=\s)/;

function isSelected(line: string): boolean {
  return cursor.test(line);
}

function unselected(line: string): string {
  return line.replace(cursor, '$1 ');
}

/** A line without what changes with the time: numbers, bars, the place of the cursor. */
function material(line: string): string {
  return unselected(line)
    .replaceAll(/[█░#.]{3,}/g, '=')
    .replaceAll(/\d+(?:[.,:]\d+)*/g, '0')
    .replaceAll(/\s+/g, ' ');
}
