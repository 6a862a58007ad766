const named: Readonly<Record<string, string>> = {
  enter: '\r',
  escape: '\u001b',
  tab: '\t',
  'shift-tab': '\u001b[Z',
  space: ' ',
  backspace: '\u007f',
  delete: '\u001b[3~',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  home: '\u001b[H',
  end: '\u001b[F',
  pageup: '\u001b[5~',
  pagedown: '\u001b[6~',
  f1: '\u001bOP',
};

/** What a terminal sends for a key: `n`, `enter`, `up`, `ctrl-c`. */
export function keySequence(key: string): string {
  const sequence = named[key];
  if (sequence !== undefined) return sequence;
  const letter = /^ctrl-([a-z])$/.exec(key)?.[1];
  if (letter !== undefined) return String.fromCharCode(letter.charCodeAt(0) - 96);
  if (Array.from(key).length === 1) return key;
  throw new Error(`no key is named ${key}`);
}
