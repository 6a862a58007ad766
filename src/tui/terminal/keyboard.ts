import { PassThrough } from 'node:stream';
import { emitKeypressEvents, type Interface } from 'node:readline';

export interface Keyboard {
  /** Hands the terminal over to another program, and takes it back. */
  pause(): void;
  resume(): void;
}

interface Keypress {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
}

/** A lone Esc is told from the start of a sequence by this silence. */
const escapeMs = 40;
/** Longer than a person types between two reads; a paste comes faster. */
const bracketedPasteOn = '\u001b[?2004h';
const bracketedPasteOff = '\u001b[?2004l';

/**
 * Reads keys from a terminal in raw mode: `onKey` gets the name of each (`a`, `A`, `?`, `space`, `enter`, `escape`, `up`, `ctrl-c`,
 * `shift-tab`, `f1`) and its text where it has one. A paste is one key named `paste`. It begins with `resume`.
 */
export function openKeyboard(stdin: NodeJS.ReadStream, stdout: { write(text: string): unknown }, onKey: (key: string, text: string) => void): Keyboard {
  const keys = new PassThrough();
  // Node's own reader of escape sequences takes the time-out from a readline interface; it needs nothing else of it.
  emitKeypressEvents(keys, { escapeCodeTimeout: escapeMs } as unknown as Interface);
  let pasted: string | null = null;
  const onKeypress = (text: string | undefined, { name, sequence, ctrl = false, meta = false, shift = false }: Keypress): void => {
    if (name === 'paste-start') pasted = '';
    else if (name === 'paste-end') {
      const whole = pasted ?? '';
      pasted = null;
      if (whole !== '') onKey('paste', whole.replace(/\s+/g, ' '));
    } else if (pasted !== null) pasted += text ?? sequence ?? '';
    else if (meta && isTwoKeys(sequence)) {
      onKey('escape', '');
      const rest = sequence.slice(1);
      const code = rest.charCodeAt(0);
      // Behind an Esc, Node leaves a control character without a name.
      if (name === undefined && code <= 26) onKey(`ctrl-${String.fromCharCode(code + 96)}`, '');
      else onKey(...named({ name, text: rest, ctrl, shift }));
    } else onKey(...named({ name, text, ctrl, shift }));
  };
  const onData = (data: Buffer): void => void keys.write(data);
  keys.on('keypress', onKeypress);
  const resume = (): void => {
    stdin.setRawMode(true);
    stdin.on('data', onData);
    stdin.resume();
    stdout.write(bracketedPasteOn);
  };
  const pause = (): void => {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write(bracketedPasteOff);
  };
  return { pause, resume };
}

const names: Readonly<Record<string, string>> = { return: 'enter', linefeed: 'enter', enter: 'enter', ' ': 'space' };

/** Esc and another key that came in one piece, from quick fingers or over a slow line. What Alt sends is the same: no binding has it. */
function isTwoKeys(sequence: string | undefined): sequence is string {
  return sequence?.startsWith('\u001b') === true && Array.from(sequence).length === 2;
}

function named(press: { readonly name: string | undefined; readonly text: string | undefined; readonly ctrl: boolean; readonly shift: boolean }): [key: string, text: string] {
  const { name, text = '', ctrl, shift } = press;
  const plain = names[name ?? ''] ?? name ?? '';
  if (ctrl) return [`ctrl-${plain}`, ''];
  if (plain === 'tab' && shift) return ['shift-tab', ''];
  if (plain === 'space') return ['space', ' '];
  const printable = text !== '' && !/\p{Cc}/u.test(text);
  if (printable) return [text, text];
  return [plain === '' ? 'unknown' : plain, ''];
}
