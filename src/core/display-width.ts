/** Styles, cursor movements and titles. */
const escapes = /\p{Cc}(?:\[[0-?]*[ -/]*[@-~]|\][^\p{Cc}]*\p{Cc}\\?)/gu;

/** Columns that a text takes on a terminal, escape sequences left out. East Asian wide characters and emoji take two. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text.includes('\u001b') ? text.replace(escapes, '') : text) width += widthOf(character.codePointAt(0) ?? 0);
  return width;
}

/** Blocks that terminals draw two columns wide (Unicode TR 11, classes W and F), and marks that take none. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

function widthOf(code: number): number {
  // Latin, and the lines and marks that screens are drawn with.
  if (code < 0x300 || (code >= 0x2010 && code < 0x2e80)) return 1;
  if ((code >= 0x300 && code <= 0x36f) || code === 0x200b || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f)) return 0;
  return wide.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** As much of a text as fits into so many columns; `more` takes the place of what was cut off. The text has no escape sequences. */
export function cutToWidth(text: string, columns: number, more = '…'): string {
  if (displayWidth(text) <= columns) return text;
  const room = columns - displayWidth(more);
  if (room <= 0) return Array.from(more).slice(0, Math.max(0, columns)).join('');
  let width = 0;
  let kept = '';
  for (const character of text) {
    const next = width + widthOf(character.codePointAt(0) ?? 0);
    if (next > room) break;
    width = next;
    kept += character;
  }
  return kept + more;
}

/** Exactly so many columns: cut, or filled with spaces on the right, or on the left. */
export function fitToWidth(text: string, columns: number, align: 'left' | 'right' = 'left', more = '…'): string {
  const cut = cutToWidth(text, columns, more);
  const fill = ' '.repeat(Math.max(0, columns - displayWidth(cut)));
  return align === 'left' ? cut + fill : fill + cut;
}
