import { cutToWidth, displayWidth } from '../../../../core/display-width.ts';
import type { Tone } from '../../../theme.ts';
import { cutSpans, type Span } from '../../../widgets/line.tsx';

/** One line of the screen, as data. */
export interface Row {
  readonly spans: readonly Span[];
  readonly selected?: boolean;
}

export const blank: Row = { spans: [] };

export function row(text: string, tone?: Tone): Row {
  return { spans: [{ text, tone }] };
}

/** A text on as many lines as it needs, broken between words, each beginning with `indent`. */
export function wrapped(text: string, columns: number, indent: string, tone?: Tone): readonly Row[] {
  const room = Math.max(8, columns - displayWidth(indent));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= room) line = longer;
    else {
      if (line !== '') lines.push(line);
      line = cutToWidth(word, room);
    }
  }
  return [...lines, ...(line === '' ? [] : [line])].map((each) => row(indent + each, tone));
}

/** Two blocks of lines side by side with a wall between them, `rows` high. */
export function besides(left: readonly Row[], right: readonly Row[], leftColumns: number, rightColumns: number, rows: number, wall: string): readonly Row[] {
  return Array.from({ length: rows }, (_, index) => {
    const { spans = [], selected = false } = left[index] ?? {};
    return { spans: [...filled(spans, leftColumns, selected), { text: ` ${wall} `, tone: 'dim' }, ...cutSpans(right[index]?.spans ?? [], rightColumns)] };
  });
}

/** Exactly so many columns; a selected line in one style. */
function filled(spans: readonly Span[], columns: number, selected: boolean): readonly Span[] {
  const cut = cutSpans(spans, columns);
  const text = cut.map((span) => span.text).join('');
  const rest = ' '.repeat(Math.max(0, columns - displayWidth(text)));
  return selected ? [{ text: text + rest, tone: 'selected' }] : [...cut, { text: rest }];
}

/** The part of a list that is seen, with the cursor in it, filled up to `rows`. */
export function padded(lines: readonly Row[], rows: number): readonly Row[] {
  return [...lines.slice(0, rows), ...Array.from({ length: Math.max(0, rows - lines.length) }, () => blank)];
}
