/** A place in a text: line and column count from 1, the length is in characters. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

const widest = 100;

/**
 * The line of a place with the one before it and a row of carets, as compilers show it. Long lines are cut to a
 * window around the place. Lines have a margin of one space.
 */
export function excerpt(text: string, { line, column, length }: Span): string {
  const lines = text.split(/\r?\n/);
  const at = lines[line - 1] ?? '';
  const from = column + Math.min(length, widest / 2) > widest ? column - widest / 2 : 0;
  const gutter = ` ${' '.repeat(String(line).length)} | `;
  const numbered = (number: number): string =>
    ` ${String(number).padStart(String(line).length)} | ${printable((lines[number - 1] ?? '').slice(from, from + widest))}`.trimEnd();
  const carets = Math.max(1, Math.min(length, at.trimEnd().length - (column - 1), widest - (column - 1 - from)));
  return [
    ...(line > 1 ? [numbered(line - 1)] : []),
    numbered(line),
    `${gutter}${' '.repeat(column - 1 - from)}${'^'.repeat(carets)}`,
  ].join('\n');
}

/** Text that a terminal shows as it is: control characters (tabs among them) become one visible character each. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll('\t', ' ').replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?');
}
