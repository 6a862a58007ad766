import type { TextProps } from 'ink';

type Style = Pick<TextProps, 'color' | 'dimColor' | 'bold' | 'inverse'>;

/** What a part of the screen means; its colour only repeats what a word or a glyph says. From the terminal's own 16 colours. */
export const theme = {
  plain: {},
  accent: { color: 'cyan' },
  dim: { dimColor: true },
  strong: { bold: true },
  good: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red' },
  selected: { inverse: true },
} as const satisfies Readonly<Record<string, Style>>;

export type Tone = keyof typeof theme;

export interface Glyphs {
  readonly ready: string;
  readonly working: string;
  readonly stopped: string;
  readonly failed: string;
  readonly attention: string;
  readonly cursor: string;
  readonly dash: string;
  readonly dot: string;
  readonly rule: string;
  readonly bar: string;
  readonly barEmpty: string;
  readonly wall: string;
  readonly on: string;
  readonly off: string;
  readonly more: string;
}

const unicode: Glyphs = {
  ready: '●', working: '◐', stopped: '○', failed: '✗', attention: '!', cursor: '▸', dash: '–', dot: '·', rule: '─', bar: '█', barEmpty: '░', wall: '│', on: '◉', off: '◯', more: '…',
};
const ascii: Glyphs = {
  ready: '*', working: '~', stopped: 'o', failed: 'x', attention: '!', cursor: '>', dash: '-', dot: '-', rule: '-', bar: '#', barEmpty: '.', wall: '|', on: '(*)', off: '( )', more: '...',
};

export function glyphsFor(speaksUnicode: boolean): Glyphs {
  return speaksUnicode ? unicode : ascii;
}
