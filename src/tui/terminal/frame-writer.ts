import { Writable } from 'node:stream';
import { displayWidth } from '../../core/display-width.ts';
import type { ScreenWriter } from './screen-writer.ts';

export interface FrameTarget {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

const synchronizedStart = '\u001b[?2026h';
const synchronizedEnd = '\u001b[?2026l';
const clearLine = '\u001b[K';
const clearScreen = '\u001b[2J';

/**
 * What one frame changes on the screen: only lines that differ are written, in one synchronized update; empty where none does.
 * `columns`: the screen's width.
 */
export function frameDifference(before: readonly string[], after: readonly string[], columns = Infinity): string {
  let text = '';
  const height = Math.max(before.length, after.length);
  for (let row = 0; row < height; row += 1) {
    const line = after[row] ?? '';
    if (line === (before[row] ?? '')) continue;
    // Styles end with their line: what is cleared to its right has the terminal's own background. After a line over the whole width
    // the cursor still stands on its last character, which clearing would take.
    text += `\u001b[${row + 1};1H${line}\u001b[0m${displayWidth(line) < columns ? clearLine : ''}`;
  }
  return text === '' ? '' : `${synchronizedStart}${text}${synchronizedEnd}`;
}

/**
 * Stands in for a terminal to Ink, which writes a whole frame at a time: keeps what is on the screen and writes only what changes.
 * A frame is never taller than the screen.
 */
export class FrameWriter extends Writable implements ScreenWriter {
  /** To Ink it is none: the cursor is hidden and shown where the screen is taken and left. */
  readonly isTTY = false;
  readonly #target: FrameTarget;
  #shown: readonly string[] = [];
  #closed = false;
  #stale = false;
  /** Frames written so far, and their bytes. */
  frames = 0;
  bytes = 0;

  constructor(target: FrameTarget) {
    super({ decodeStrings: false });
    this.#target = target;
  }

  get columns(): number {
    return this.#target.columns;
  }

  get rows(): number {
    return this.#target.rows;
  }

  /** Forgets what is on the screen: the next frame is written whole, on a cleared one. */
  forget(): void {
    this.#shown = [];
    this.#stale = true;
  }

  /** Nothing is kept back: all frames are written as they come. */
  keyPressed(): void {
    return;
  }

  /** Nothing is written any more. */
  mute(): void {
    this.#closed = true;
  }

  unmute(): void {
    this.#closed = false;
    this.forget();
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    if (!this.#closed && typeof chunk === 'string' && !isControl(chunk)) this.#show(chunk);
    done();
  }

  #show(frame: string): void {
    const lines = frame.split('\n').slice(0, this.rows);
    const changes = frameDifference(this.#shown, lines, this.columns);
    const text = this.#stale ? `${synchronizedStart}${clearScreen}${changes}${synchronizedEnd}` : changes;
    this.#shown = lines;
    this.#stale = false;
    if (text === '') return;
    this.frames += 1;
    this.bytes += text.length;
    this.#target.write(text);
  }
}

/** Ink's own handling of the cursor: the screen does that once, at its start and end. */
function isControl(chunk: string): boolean {
  return chunk.replaceAll('\u001b[?25h', '').replaceAll('\u001b[?25l', '') === '';
}
