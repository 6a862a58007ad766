import { displayWidth, fitToWidth } from '../../core/display-width.ts';
import type { Tone } from '../theme.ts';
import type { Span } from './line.tsx';

/** A column of a table. Columns are given in their order on the screen. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => { readonly text: string; readonly tone?: Tone };
  /** @default 'left' */
  readonly align?: 'left' | 'right';
  /** The last to go where the screen is narrow has the lowest number. */
  readonly priority: number;
  /** Widest that it grows to. @default no limit */
  readonly most?: number;
}

export interface LaidOut<Row> {
  readonly heading: string;
  spans(row: Row): readonly Span[];
}

const gap = 2;
const least = 4;

/** Lays a table out in so many columns: each as wide as its content; the least important ones drop out, then the widest is cut. */
export function layOut<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number, ellipsis: string): LaidOut<Row> {
  const measured = columns.map((column) => {
    const content = Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(column.value(row).text)));
    return { column, width: Math.min(content, column.most ?? Number.POSITIVE_INFINITY) };
  });
  let kept = measured;
  const total = (): number => kept.reduce((sum, each) => sum + each.width, 0) + gap * (kept.length - 1);
  while (total() > width && kept.length > 1) {
    const [last] = kept.toSorted((a, b) => b.column.priority - a.column.priority);
    if (last === undefined || last.column.priority <= 1) break;
    kept = kept.filter((each) => each !== last);
  }
  while (total() > width) {
    const [widest] = kept.toSorted((a, b) => b.width - a.width);
    if (widest === undefined || widest.width <= least) break;
    const cut = Math.max(least, widest.width - (total() - width));
    kept = kept.map((each) => (each === widest ? { ...each, width: cut } : each));
  }
  const cell = (text: string, column: Column<Row>, columns: number): string => fitToWidth(text, columns, column.align ?? 'left', ellipsis);
  const space = ' '.repeat(gap);
  return {
    heading: kept.map(({ column, width: wide }) => cell(column.title, column, wide)).join(space),
    spans: (row) =>
      kept.flatMap(({ column, width: wide }, index): readonly Span[] => {
        const { text, tone } = column.value(row);
        return [...(index === 0 ? [] : [{ text: space }]), { text: cell(text, column, wide), tone }];
      }),
  };
}
