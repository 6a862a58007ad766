import { displayWidth } from '../../core/display-width.ts';
import { sliceStyled } from '../../core/styled-slice.ts';

type Transformer = (line: string, index: number) => string;

/** The part of the screen that may be drawn on; without a pair of bounds, all of it. */
interface Clip {
  readonly x1: number | undefined;
  readonly x2: number | undefined;
  readonly y1: number | undefined;
  readonly y2: number | undefined;
}

interface Piece {
  readonly x: number;
  readonly width: number;
  readonly text: string;
}

/**
 * Takes the place of Ink's own `Output` in the bundle: puts the texts of a frame together. Ink takes each text apart into its cells and
 * these together again, which is most of the time of a frame; here a row is made of whole pieces, since pieces hardly ever overlap.
 */
export class FrameOutput {
  readonly #rows: Piece[][];
  readonly #clips: Clip[] = [];

  constructor({ height }: { readonly width: number; readonly height: number }) {
    this.#rows = Array.from({ length: height }, () => []);
  }

  clip(clip: Clip): void {
    this.#clips.push(clip);
  }

  unclip(): void {
    this.#clips.pop();
  }

  /** A text of one or more lines whose first cell is at this column and row. The lines of a transformer are as wide as before. */
  write(x: number, y: number, text: string, { transformers }: { readonly transformers: readonly Transformer[] }): void {
    if (text === '') return;
    const { x1 = -Infinity, x2 = Infinity, y1 = -Infinity, y2 = Infinity } = this.#clips.at(-1) ?? {};
    const lines = text.split('\n').slice(Math.max(0, y1 - y), Math.max(0, y2 - y));
    const top = Math.max(y, y1);
    for (const [index, line] of lines.entries()) {
      const row = this.#rows[top + index];
      if (row === undefined) continue;
      const whole = displayWidth(line);
      const from = Math.max(0, x1 - x);
      const to = Math.min(whole, x2 - x);
      if (to <= from) continue;
      const cut = from === 0 && to === whole ? line : sliceStyled(line, from, to);
      put(row, { x: x + from, width: to - from, text: transformers.reduce((styled, transform) => transform(styled, index), cut) });
    }
  }

  get(): { readonly output: string; readonly height: number } {
    return { output: this.#rows.map(joined).join('\n'), height: this.#rows.length };
  }
}

/** What lies beneath a new piece is not seen any more. */
function put(row: Piece[], piece: Piece): void {
  const end = piece.x + piece.width;
  if (row.every((other) => other.x + other.width <= piece.x || other.x >= end)) {
    row.push(piece);
    return;
  }
  const seen = row.flatMap((other) => [between(other, -Infinity, piece.x), between(other, end, Infinity)].filter(({ width }) => width > 0));
  row.splice(0, row.length, ...seen, piece);
}

function between({ x, width, text }: Piece, from: number, to: number): Piece {
  const first = Math.max(x, from);
  const last = Math.min(x + width, to);
  if (first === x && last === x + width) return { x, width, text };
  return { x: first, width: Math.max(0, last - first), text: last > first ? sliceStyled(text, first - x, last - x) : '' };
}

function joined(row: readonly Piece[]): string {
  let line = '';
  let column = 0;
  for (const { x, width, text } of row.toSorted((a, b) => a.x - b.x)) {
    line += ' '.repeat(Math.max(0, x - column)) + text;
    column = x + width;
  }
  return line.trimEnd();
}
