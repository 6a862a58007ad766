import { type Otherwise, type Piece, type Script, ShellSyntaxError, type Word } from './script.ts';

/** A text and how far it was read. */
export interface Cursor {
  readonly text: string;
  at: number;
}

/** Parses a script up to `end`, which is taken too. */
export type ParseUntil = (cursor: Cursor, end: ')') => Script;

const endsWord = new Set([' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')']);

/** The word at the cursor; null: there is none. */
export function readWord(cursor: Cursor, parse: ParseUntil, ends: ReadonlySet<string> = endsWord): Word | null {
  const pieces: Piece[] = [];
  const { text } = cursor;
  for (;;) {
    const char = text[cursor.at];
    if (char === undefined || ends.has(char)) break;
    if (char === "'") pieces.push({ kind: 'text', text: upTo(cursor, "'"), quoted: true });
    else if (char === '"') pieces.push(...doubleQuoted(cursor, parse));
    else if (char === '$' || char === '`') pieces.push(expansion(cursor, parse, false));
    else if (char === '\\') {
      const next = text[cursor.at + 1];
      if (next === undefined) throw new ShellSyntaxError('unexpected end of file', true);
      cursor.at += 2;
      if (next !== '\n') pieces.push({ kind: 'text', text: next, quoted: true });
    } else {
      let end = cursor.at;
      while (end < text.length && !ends.has(text.charAt(end)) && !'\'"$`\\'.includes(text.charAt(end))) end += 1;
      pieces.push({ kind: 'text', text: text.slice(cursor.at, end), quoted: false });
      cursor.at = end;
    }
  }
  return pieces.length === 0 ? null : pieces;
}

/** The text of a here document as a word: quotes mean nothing in it, `$` does. */
export function hereText(text: string, parse: ParseUntil): Word {
  return inQuotes({ text, at: 0 }, parse, null);
}

/** The word's text where it holds no quotes and no expansion; null otherwise. */
export function plain(word: Word | null): string | null {
  if (word === null) return null;
  const [only, ...others] = word;
  return others.length === 0 && only?.kind === 'text' && !only.quoted ? only.text : null;
}

function upTo(cursor: Cursor, quote: string): string {
  const end = cursor.text.indexOf(quote, cursor.at + 1);
  if (end < 0) throw new ShellSyntaxError('Unterminated quoted string', true);
  const text = cursor.text.slice(cursor.at + 1, end);
  cursor.at = end + 1;
  return text;
}

function doubleQuoted(cursor: Cursor, parse: ParseUntil): readonly Piece[] {
  cursor.at += 1;
  const pieces = inQuotes(cursor, parse, '"');
  cursor.at += 1;
  return pieces.length === 0 ? [{ kind: 'text', text: '', quoted: true }] : pieces;
}

function inQuotes(cursor: Cursor, parse: ParseUntil, end: '"' | null): readonly Piece[] {
  const pieces: Piece[] = [];
  let plainText = '';
  const flush = () => {
    if (plainText !== '') pieces.push({ kind: 'text', text: plainText, quoted: true });
    plainText = '';
  };
  for (;;) {
    const char = cursor.text[cursor.at];
    if (char === undefined) {
      if (end !== null) throw new ShellSyntaxError('Unterminated quoted string', true);
      break;
    }
    if (char === end) break;
    if (char === '$' || char === '`') {
      flush();
      pieces.push(expansion(cursor, parse, true));
    } else if (char === '\\' && '$`"\\\n'.includes(cursor.text.charAt(cursor.at + 1))) {
      const next = cursor.text.charAt(cursor.at + 1);
      plainText += next === '\n' ? '' : next;
      cursor.at += 2;
    } else {
      plainText += char;
      cursor.at += 1;
    }
  }
  flush();
  return pieces;
}

function expansion(cursor: Cursor, parse: ParseUntil, quoted: boolean): Piece {
  const { text } = cursor;
  if (text.startsWith('`', cursor.at)) {
    const inner = upTo(cursor, '`');
    return { kind: 'command', script: parse({ text: `${inner})`, at: 0 }, ')'), quoted };
  }
  if (text.startsWith('$((', cursor.at)) {
    const end = endOfArithmetic(text, cursor.at + 3);
    if (end < 0) throw new ShellSyntaxError('missing "))"', true);
    const expression = hereText(text.slice(cursor.at + 3, end), parse);
    cursor.at = end + 2;
    return { kind: 'arithmetic', expression };
  }
  if (text.startsWith('$(', cursor.at)) {
    cursor.at += 2;
    return { kind: 'command', script: parse(cursor, ')'), quoted };
  }
  if (text.startsWith('${', cursor.at)) return braced(cursor, parse, quoted);
  const name = /^(?:[A-Za-z_]\w*|[0-9@*#?$!-])/.exec(text.slice(cursor.at + 1))?.[0];
  cursor.at += 1 + (name?.length ?? 0);
  return name === undefined ? { kind: 'text', text: '$', quoted } : { kind: 'variable', name, quoted, otherwise: null };
}

/** Where the `))` is that closes it; -1: nowhere. */
function endOfArithmetic(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text.charAt(at) === '(') depth += 1;
    else if (text.charAt(at) === ')' && depth > 0) depth -= 1;
    else if (text.startsWith('))', at)) return at;
  }
  return -1;
}

const endOfBraces = new Set(['}']);

function braced(cursor: Cursor, parse: ParseUntil, quoted: boolean): Piece {
  cursor.at += 2;
  const match = /^([A-Za-z_]\w*|[0-9]+|[@*#?$!-])(:?[-+=?])?/.exec(cursor.text.slice(cursor.at));
  if (match === null) throw new ShellSyntaxError('Bad substitution');
  cursor.at += match[0].length;
  const [, name = '', operator] = match;
  let otherwise: Otherwise | null = null;
  if (operator !== undefined) {
    const word = readWord(cursor, parse, endOfBraces) ?? [];
    otherwise = { operator: operatorOf(operator), orEmpty: operator.startsWith(':'), word };
  }
  if (cursor.at >= cursor.text.length) throw new ShellSyntaxError('Missing "}"', true);
  if (cursor.text[cursor.at] !== '}') throw new ShellSyntaxError('Bad substitution');
  cursor.at += 1;
  return { kind: 'variable', name, quoted, otherwise };
}

function operatorOf(text: string): Otherwise['operator'] {
  if (text.endsWith('+')) return '+';
  if (text.endsWith('=')) return '=';
  return text.endsWith('?') ? '?' : '-';
}
