import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];
type Environment = Readonly<Record<string, string | undefined>>;

/** Colours that repeat what words and glyphs say already; all of them fall away where they cannot be shown. */
export interface Theme {
  readonly accent: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly glyphs: Glyphs;
}

export interface Glyphs {
  readonly ready: string;
  readonly working: string;
  readonly stopped: string;
  readonly failed: string;
  readonly attention: string;
  readonly dot: string;
  readonly dash: string;
}

const unicode: Glyphs = { ready: '●', working: '◐', stopped: '○', failed: '✗', attention: '!', dot: '·', dash: '–' };
const ascii: Glyphs = { ready: '*', working: '~', stopped: 'o', failed: 'x', attention: '!', dot: '-', dash: '-' };

/** Whether this stream may be coloured: a terminal, and nothing says no. */
export function mayColour(isTty: boolean, environment: Environment, plain: boolean): boolean {
  if (plain || (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb') return false;
  if ((environment.FORCE_COLOR ?? '') !== '') return environment.FORCE_COLOR !== '0';
  return isTty;
}

/** The theme for a stream. */
export function createTheme(colour: boolean, environment: Environment): Theme {
  const paint = (style: Style) => (text: string) => (colour ? styleText(style, text) : text);
  return {
    accent: paint('cyan'),
    dim: paint('dim'),
    bold: paint('bold'),
    good: paint('green'),
    warn: paint('yellow'),
    bad: paint('red'),
    glyphs: speaksUnicode(environment) ? unicode : ascii,
  };
}

/** Whether the terminal shows more than ASCII, as its locale and kind say. */
export function speaksUnicode(environment: Environment): boolean {
  const locale = [environment.LC_ALL, environment.LC_CTYPE, environment.LANG].find((value) => value !== undefined && value !== '') ?? '';
  return environment.TERM !== 'dumb' && environment.TERM !== 'linux' && /utf-?8/i.test(locale);
}
