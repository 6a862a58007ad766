import type { Scanner } from './scanner.ts';
import { type Node, type Redirect, ShellSyntaxError, type Word } from './script.ts';

/** A command without a keyword: assignments, words, redirections. Throws a ShellSyntaxError where there is none. */
export function parseSimple(scan: Scanner): Node {
  const assignments: { name: string; value: Word }[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  for (;;) {
    const redirect = parseRedirect(scan);
    if (redirect !== null) {
      redirects.push(redirect);
      continue;
    }
    const word = scan.word();
    if (word === null) break;
    const assignment = words.length === 0 ? asAssignment(word) : null;
    if (assignment === null) words.push(word);
    else assignments.push(assignment);
  }
  if (assignments.length + words.length + redirects.length === 0) {
    const rest = scan.rest();
    throw new ShellSyntaxError(rest === '' ? 'end of file unexpected' : `"${rest.charAt(0)}" unexpected`, rest === '');
  }
  return { kind: 'simple', assignments, words, redirects };
}

/** The redirection that comes next; null: none does. */
export function parseRedirect(scan: Scanner): Redirect | null {
  scan.blanks();
  const match = /^(\d?)(>>|>\||>&|<&|<<-?|>|<)/.exec(scan.rest());
  if (match === null) return null;
  const [all, digit = '', operator = ''] = match;
  scan.skip(all.length);
  const fd = digit === '' ? (operator.startsWith('<') ? 0 : 1) : Number(digit);
  const target = scan.word();
  if (target === null) throw new ShellSyntaxError('redirection without a file');
  if (operator.startsWith('<<')) return scan.hereDocument(fd, target, operator === '<<-');
  if (operator.endsWith('&')) return { kind: 'duplicate', fd, target };
  return { kind: operator === '<' ? 'read' : operator === '>>' ? 'append' : 'write', fd, target };
}

function asAssignment(word: Word): { readonly name: string; readonly value: Word } | null {
  const [first, ...others] = word;
  if (first?.kind !== 'text' || first.quoted) return null;
  const match = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(first.text);
  if (match === null) return null;
  const [, name = '', text = ''] = match;
  return { name, value: text === '' ? others : [{ ...first, text }, ...others] };
}
