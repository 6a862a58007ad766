import { displayWidth } from '../../src/core/display-width.ts';
import type { StyledText } from '../support/terminal-cells.ts';

/** The first eight of a terminal's colours, and its own two. */
const palette = ['#1c1f26', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d7dae0'];
const ground = '#1c1f26';
const ink = '#d7dae0';
const cell = { width: 8.4, height: 18, margin: 12 } as const;

/** A screen as a picture, in whatever fixed font the reader has. */
export function svgOf(cells: readonly (readonly StyledText[])[], columns: number): string {
  const width = Math.round(columns * cell.width + 2 * cell.margin);
  const height = cells.length * cell.height + 2 * cell.margin;
  const rows = cells.map((pieces, row) => rowOf(pieces, row)).filter((text) => text !== '');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>`,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

function rowOf(pieces: readonly StyledText[], row: number): string {
  let column = 0;
  const top = cell.margin + row * cell.height;
  const shapes: string[] = [];
  for (const piece of pieces) {
    const left = cell.margin + column * cell.width;
    const length = displayWidth(piece.text) * cell.width;
    column += displayWidth(piece.text);
    if (piece.inverse) shapes.push(`<rect x="${round(left)}" y="${top}" width="${round(length)}" height="${cell.height}" fill="${ink}"/>`);
    if (piece.text.trim() === '') continue;
    const colour = piece.inverse ? ground : colourOf(piece.colour);
    const weight = piece.bold ? ' font-weight="bold"' : '';
    const faint = piece.dim ? ' opacity="0.6"' : '';
    shapes.push(`<text x="${round(left)}" y="${top + 13}" textLength="${round(length)}" xml:space="preserve" fill="${colour}"${weight}${faint}>${escaped(piece.text)}</text>`);
  }
  return shapes.join('');
}

function colourOf(colour: number | string | null): string {
  return typeof colour === 'number' ? (palette[colour % 8] ?? ink) : (colour ?? ink);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
