import { displayWidth } from '../../core/display-width.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: 'left' | 'right';
}

interface Cell {
  readonly text: string;
  readonly width: number;
}

/**
 * A table that fits the width: columns drop from the right until it does. No borders; values are cut only where
 * a single column is wider than the screen.
 */
export function renderTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): string {
  const measured = (text: string): Cell => ({ text, width: displayWidth(text) });
  const head = columns.map(({ title }) => measured(title));
  const cells = rows.map((row) => columns.map((column) => measured(column.value(row))));
  const widths = head.map(({ width: titleWidth }, index) => cells.reduce((most, row) => Math.max(most, row[index]?.width ?? 0), titleWidth));
  let shown = columns.length;
  const total = (count: number): number => widths.slice(0, count).reduce((sum, cell) => sum + cell + 2, 0) - 2;
  while (shown > 1 && total(shown) > width) shown -= 1;

  const line = (row: readonly Cell[]): string =>
    row
      .slice(0, shown)
      .map((cell, index) => {
        const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - cell.width));
        return columns[index]?.align === 'right' ? space + cell.text : cell.text + space;
      })
      .join('  ')
      .trimEnd();
  return [head, ...cells].map(line).join('\n');
}
