import { displayWidth } from './display-width.ts';

/** Styles, links and titles, which take no column. */
const escapes = /\p{Cc}(?:\[[0-?]*[ -/]*[@-~]|\][^\p{Cc}]*\p{Cc}\\?)/gu;

/**
 * The columns from `from` until before `to` of a styled text. All its escape sequences stay: what a style covered it still covers.
 * Of a wide character that is cut in two, a space is left.
 */
export function sliceStyled(text: string, from: number, to = Infinity): string {
  let column = 0;
  let kept = '';
  let end = 0;
  for (const { 0: escape, index } of text.matchAll(escapes)) {
    take(text.slice(end, index));
    kept += escape;
    end = index + escape.length;
  }
  take(text.slice(end));
  return kept;

  function take(plain: string): void {
    for (const character of plain) {
      const width = displayWidth(character);
      if (column >= from && column + width <= to && (width > 0 || column > from)) kept += character;
      else if (width > 1) kept += ' '.repeat(Math.max(0, Math.min(column + width, to) - Math.max(column, from)));
      column += width;
    }
  }
}
