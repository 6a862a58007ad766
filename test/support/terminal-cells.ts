import type { IBufferCell, IBufferLine } from '@xterm/headless';

/** A piece of a line of the screen in one style. Colours: 0 to 255 of the terminal's palette, `#rrggbb`, or null for its own. */
export interface StyledText {
  readonly text: string;
  readonly colour: number | string | null;
  readonly background: number | string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
  readonly underline: boolean;
}

/** A line as pieces, each as long as its style holds. */
export function styledLine(line: IBufferLine, columns: number): readonly StyledText[] {
  const pieces: StyledText[] = [];
  for (let column = 0; column < columns; column += 1) {
    const cell = line.getCell(column);
    // The second half of a wide character.
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = cell.getChars() === '' ? ' ' : cell.getChars();
    const style = styleOf(cell);
    const last = pieces.at(-1);
    if (last !== undefined && sameStyle(last, style)) pieces[pieces.length - 1] = { ...last, text: last.text + text };
    else pieces.push({ text, ...style });
  }
  return pieces;
}

function styleOf(cell: IBufferCell): Omit<StyledText, 'text'> {
  return {
    colour: cell.isFgDefault() ? null : colourOf(cell.isFgRGB(), cell.getFgColor()),
    background: cell.isBgDefault() ? null : colourOf(cell.isBgRGB(), cell.getBgColor()),
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    inverse: cell.isInverse() !== 0,
    underline: cell.isUnderline() !== 0,
  };
}

function colourOf(isRgb: boolean, value: number): number | string {
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : value;
}

function sameStyle(a: Omit<StyledText, 'text'>, b: Omit<StyledText, 'text'>): boolean {
  return a.colour === b.colour && a.background === b.background && a.bold === b.bold && a.dim === b.dim && a.inverse === b.inverse && a.underline === b.underline;
}
