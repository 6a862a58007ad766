import { stripVTControlCharacters } from 'node:util';

/** Columns that a text takes on a terminal, escape sequences left out. East Asian wide characters and emoji take two. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text.includes('\u001b') ? stripVTControlCharacters(text) : text) width += widthOf(character.codePointAt(0) ?? 0);
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
  if (code < 0x300) return 1;
  if ((code >= 0x300 && code <= 0x36f) || code === 0x200b || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f)) return 0;
  return wide.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
