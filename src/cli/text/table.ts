import stringWidth from 'string-width';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: 'left' | 'right';
}

/**
 * A table that fits the width: columns drop from the right until it does. No borders; values are cut only where
 * a single column is wider than the screen.
 */
export function renderTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): string {
  const cells = rows.map((row) => columns.map((column) => column.value(row)));
  const widths = columns.map((column, index) =>
    Math.max(stringWidth(column.title), ...cells.map((row) => stringWidth(row[index] ?? ''))),
  );
  let shown = columns.length;
  const total = (count: number): number => widths.slice(0, count).reduce((sum, cell) => sum + cell + 2, 0) - 2;
  while (shown > 1 && total(shown) > width) shown -= 1;

  const line = (texts: readonly string[]): string =>
    texts
      .slice(0, shown)
      .map((text, index) => {
        const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(text)));
        return columns[index]?.align === 'right' ? space + text : text + space;
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...cells.map(line)].join('\n');
}
