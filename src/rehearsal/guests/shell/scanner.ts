import { type HereDocument, type Script, ShellSyntaxError, type Word } from './script.ts';
import { type Cursor, hereText, readWord } from './words.ts';

interface PendingDocument {
  readonly here: HereDocument;
  readonly end: string;
  /** `<<-`: tabs before each line go. */
  readonly strip: boolean;
  readonly literal: boolean;
}

/** Reads a script word by word, with comments skipped and here documents taken where their line ends. */
export class Scanner {
  readonly #cursor: Cursor;
  readonly #parse: (cursor: Cursor) => Script;
  #pending: PendingDocument[] = [];

  /** `parse` reads what stands in `$( )`, with its end. */
  constructor(cursor: Cursor, parse: (cursor: Cursor) => Script) {
    this.#cursor = cursor;
    this.#parse = parse;
  }

  /** The word or operator that comes next, as plain text; '' at the end. */
  peek(): string {
    this.blanks();
    return /^(?:;;|[;&()]|[^\s;&|<>()]+|.)/s.exec(this.rest())?.[0] ?? '';
  }

  expect(text: string): void {
    const next = this.peek();
    if (next === text) this.skip(text.length);
    else if (next === '') throw new ShellSyntaxError('end of file unexpected', true);
    else throw new ShellSyntaxError(`"${next}" unexpected (expecting "${text}")`);
  }

  skip(characters: number): void {
    this.#cursor.at += characters;
  }

  /** null: a comment, an operator or the end of the line comes next. */
  word(): Word | null {
    this.blanks();
    return this.rest().startsWith('#') ? null : readWord(this.#cursor, this.#parse);
  }

  rest(): string {
    return this.#cursor.text.slice(this.#cursor.at);
  }

  blanks(): void {
    this.skip(/^(?:[ \t\r]|\\\n)*/.exec(this.rest())?.[0].length ?? 0);
  }

  skipLines(): void {
    for (;;) {
      this.blanks();
      const rest = this.rest();
      if (rest.startsWith('#')) {
        const end = rest.indexOf('\n');
        this.skip(end < 0 ? rest.length : end);
      } else if (rest.startsWith('\n')) {
        this.skip(1);
        this.#readHereDocuments();
      } else return;
    }
  }

  /** Its text follows the line that is being read. */
  hereDocument(fd: number, mark: Word, strip: boolean): HereDocument {
    const here: HereDocument = { kind: 'here', fd, body: [] };
    const literal = mark.some((piece) => piece.kind === 'text' && piece.quoted);
    const end = mark.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
    this.#pending.push({ here, end, strip, literal });
    return here;
  }

  finish(): void {
    if (this.#pending.length > 0) throw new ShellSyntaxError('here document unfinished', true);
  }

  #readHereDocuments(): void {
    for (const { here, end, strip, literal } of this.#pending.splice(0)) {
      const lines: string[] = [];
      for (let line = this.#line(strip); line !== end; line = this.#line(strip)) lines.push(`${line}\n`);
      const text = lines.join('');
      here.body = literal ? [{ kind: 'text', text, quoted: true }] : hereText(text, this.#parse);
    }
  }

  #line(strip: boolean): string {
    const rest = this.rest();
    if (rest === '') throw new ShellSyntaxError('here document unfinished', true);
    const newline = rest.indexOf('\n');
    this.skip(newline < 0 ? rest.length : newline + 1);
    const line = newline < 0 ? rest : rest.slice(0, newline);
    return strip ? line.replace(/^\t+/, '') : line;
  }
}
