import { evaluate } from './arithmetic.ts';
import { literally, pathsLike, unescaped } from './pattern.ts';
import type { Process } from './process.ts';
import type { Piece, Script, Word } from './script.ts';

/** What expansion asks of the shell. */
export interface Variables {
  readonly process: Process;
  /** undefined: not set. */
  value(name: string): string | undefined;
  set(name: string, value: string): void;
  /** What a variable that is not set stands for. Throws an ExpansionError under `set -u`. */
  missing(name: string): string;
  readonly parameters: readonly string[];
  /** Runs a script and resolves to what it printed. */
  output(script: Script): Promise<string>;
}

/** A use of a variable that ends the script: `${NAME:?}`, or one that is not set under `set -u`. */
export class ExpansionError extends Error {
  override readonly name = 'ExpansionError';
}

/** Words as a command gets them: expanded, split, file names put in. */
export async function expandWords(words: readonly Word[], shell: Variables): Promise<readonly string[]> {
  const all: string[] = [];
  for (const word of words) all.push(...(await expandWord(word, shell)));
  return all;
}

/** A word as one text, neither split nor matched with file names. */
export async function expandText(word: Word, shell: Variables): Promise<string> {
  return unescaped(await expandPattern(word, shell));
}

/** A word as one pattern: what was quoted is behind backslashes. */
export async function expandPattern(word: Word, shell: Variables): Promise<string> {
  let text = '';
  for (const [index, piece] of word.entries()) {
    const value = await valueOf(piece, shell);
    if (piece.kind === 'text' && !piece.quoted) text += index === 0 ? withHome(value, shell) : value;
    else text += isQuoted(piece) ? literally(value) : value.replaceAll('\\', '\\\\');
  }
  return text;
}

/** The fields of a word while it is split. An empty quoted piece begins one, an empty unquoted one does not. */
class Fields {
  readonly #done: string[] = [];
  #current: string | null = null;

  add(text: string): void {
    this.#current = (this.#current ?? '') + text;
  }

  end(): void {
    if (this.#current !== null) this.#done.push(this.#current);
    this.#current = null;
  }

  all(): readonly string[] {
    this.end();
    return this.#done;
  }
}

async function expandWord(word: Word, shell: Variables): Promise<readonly string[]> {
  const fields = new Fields();
  for (const [index, piece] of word.entries()) {
    if (piece.kind === 'variable' && piece.name === '@' && piece.quoted) {
      for (const [n, parameter] of shell.parameters.entries()) {
        if (n > 0) fields.end();
        fields.add(literally(parameter));
      }
      continue;
    }
    const value = await valueOf(piece, shell);
    if (piece.kind === 'text' && !piece.quoted) fields.add(index === 0 ? withHome(value, shell) : value);
    else if (isQuoted(piece)) fields.add(literally(value));
    else {
      const parts = value.replaceAll('\\', '\\\\').split(/[ \t\n]+/);
      for (const [n, part] of parts.entries()) {
        if (n > 0) fields.end();
        if (part !== '') fields.add(part);
      }
    }
  }
  return fields.all().flatMap((field) => withFileNames(field, shell.process));
}

function withFileNames(field: string, { files, directory }: Process): readonly string[] {
  if (!/(?<!\\)[*?[]/.test(field)) return [unescaped(field)];
  const paths = pathsLike(field, files, directory);
  return paths.length === 0 ? [unescaped(field)] : paths;
}

function withHome(text: string, shell: Variables): string {
  return text.replace(/^~(?=\/|$)/, shell.value('HOME') ?? '~');
}

function isQuoted(piece: Piece): boolean {
  return piece.kind === 'arithmetic' || piece.quoted;
}

async function valueOf(piece: Piece, shell: Variables): Promise<string> {
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'command':
      return (await shell.output(piece.script)).replace(/\n+$/, '');
    case 'arithmetic':
      return String(evaluate(await expandText(piece.expression, shell), (name) => shell.value(name)));
    case 'variable':
      return variable(piece, shell);
  }
}

async function variable({ name, otherwise }: Extract<Piece, { kind: 'variable' }>, shell: Variables): Promise<string> {
  const value = shell.value(name);
  if (otherwise === null) return value ?? shell.missing(name);
  const missing = value === undefined || (otherwise.orEmpty && value === '');
  if (otherwise.operator === '+') return missing ? '' : expandText(otherwise.word, shell);
  if (!missing) return value;
  const word = await expandText(otherwise.word, shell);
  if (otherwise.operator === '?') throw new ExpansionError(`${name}: ${word === '' ? 'parameter not set' : word}`);
  if (otherwise.operator === '=') shell.set(name, word);
  return word;
}
