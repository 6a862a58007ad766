import { parseRedirect, parseSimple } from './parse-simple.ts';
import { Scanner } from './scanner.ts';
import { type Node, type Redirect, type Script, ShellSyntaxError, type Word } from './script.ts';
import { type Cursor, plain } from './words.ts';

/** Parses a script. Throws a ShellSyntaxError; it is `incomplete` where more text could make it whole. */
export function parseScript(text: string): Script {
  const parser = new Parser({ text, at: 0 });
  const script = parser.script(null);
  parser.finish();
  return script;
}

const reserved = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}', ';;', ')']);

class Parser {
  readonly #scan: Scanner;

  constructor(cursor: Cursor) {
    this.#scan = new Scanner(cursor, (inner) => {
      const parser = new Parser(inner);
      return parser.#body(')');
    });
  }

  /** Commands up to the end, or up to one of the words, which is left to be read. */
  script(until: ReadonlySet<string> | null): Script {
    const nodes: Node[] = [];
    for (;;) {
      this.#scan.skipLines();
      const next = this.#scan.peek();
      if (next === '') {
        if (until !== null) throw new ShellSyntaxError('end of file unexpected', true);
        return nodes;
      }
      if (until?.has(next) === true) return nodes;
      if (reserved.has(next) || next === ';' || next === '&') throw new ShellSyntaxError(`"${next}" unexpected`);
      const node = this.#andOr();
      this.#scan.blanks();
      nodes.push(this.#scan.rest().startsWith('&') ? { kind: 'background', node } : node);
      if (/^[;&](?!;)/.test(this.#scan.rest())) this.#scan.skip(1);
    }
  }

  finish(): void {
    this.#scan.finish();
  }

  #andOr(): Node {
    let left = this.#pipeline();
    for (;;) {
      this.#scan.blanks();
      const operator = /^(?:&&|\|\|)/.exec(this.#scan.rest())?.[0];
      if (operator === undefined) return left;
      this.#scan.skip(2);
      this.#scan.skipLines();
      left = { kind: operator === '&&' ? 'and' : 'or', left, right: this.#pipeline() };
    }
  }

  #pipeline(): Node {
    if (this.#scan.peek() === '!') {
      this.#scan.expect('!');
      return { kind: 'not', node: this.#pipeline() };
    }
    const parts = [this.#command()];
    for (;;) {
      this.#scan.blanks();
      if (!/^\|(?!\|)/.test(this.#scan.rest())) break;
      this.#scan.skip(1);
      this.#scan.skipLines();
      parts.push(this.#command());
    }
    const [first] = parts;
    return parts.length === 1 && first !== undefined ? first : { kind: 'pipe', parts };
  }

  #command(): Node {
    const compound = this.#compound();
    if (compound === null) return parseSimple(this.#scan);
    const redirects: Redirect[] = [];
    for (let redirect = parseRedirect(this.#scan); redirect !== null; redirect = parseRedirect(this.#scan)) redirects.push(redirect);
    return redirects.length === 0 ? compound : { kind: 'redirected', node: compound, redirects };
  }

  #compound(): Node | null {
    const word = this.#scan.peek();
    switch (word) {
      case '{':
      case '(': {
        this.#scan.expect(word);
        const body = this.#body(word === '{' ? '}' : ')');
        return { kind: word === '{' ? 'group' : 'subshell', body };
      }
      case 'if':
        return this.#if();
      case 'while':
      case 'until': {
        this.#scan.expect(word);
        const condition = this.#body('do');
        return { kind: 'while', until: word === 'until', condition, body: this.#body('done') };
      }
      case 'for':
        return this.#for();
      case 'case':
        return this.#case();
      default: {
        const name = /^([A-Za-z_][\w-]*)[ \t]*\(\)/.exec(this.#scan.rest());
        if (name === null) return null;
        this.#scan.skip(name[0].length);
        this.#scan.skipLines();
        return { kind: 'function', name: name[1] ?? '', body: this.#command() };
      }
    }
  }

  #if(): Node {
    const branches: { condition: Script; body: Script }[] = [];
    this.#scan.expect('if');
    for (;;) {
      const condition = this.#body('then');
      const body = this.script(new Set(['elif', 'else', 'fi']));
      branches.push({ condition, body });
      const next = this.#scan.peek();
      this.#scan.expect(next);
      if (next === 'fi') return { kind: 'if', branches, otherwise: null };
      if (next === 'else') return { kind: 'if', branches, otherwise: this.#body('fi') };
    }
  }

  #for(): Node {
    this.#scan.expect('for');
    this.#scan.blanks();
    const name = plain(this.#scan.word()) ?? '';
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new ShellSyntaxError('Bad for loop variable');
    this.#scan.skipLines();
    let words: Word[] | null = null;
    if (this.#scan.peek() === 'in') {
      this.#scan.expect('in');
      words = [];
      for (let word = this.#scan.word(); word !== null; word = this.#scan.word()) words.push(word);
    }
    this.#scan.blanks();
    if (this.#scan.rest().startsWith(';')) this.#scan.skip(1);
    this.#scan.skipLines();
    this.#scan.expect('do');
    return { kind: 'for', name, words, body: this.#body('done') };
  }

  #case(): Node {
    this.#scan.expect('case');
    const word = this.#scan.word() ?? [];
    this.#scan.skipLines();
    this.#scan.expect('in');
    const arms: { patterns: Word[]; body: Script }[] = [];
    for (;;) {
      this.#scan.skipLines();
      if (this.#scan.peek() === 'esac') break;
      if (this.#scan.rest().startsWith('(')) this.#scan.skip(1);
      const patterns: Word[] = [];
      do {
        if (patterns.length > 0) this.#scan.skip(1);
        const pattern = this.#scan.word();
        if (pattern === null) throw new ShellSyntaxError('end of file unexpected', this.#scan.rest() === '');
        patterns.push(pattern);
        this.#scan.blanks();
      } while (this.#scan.rest().startsWith('|'));
      this.#scan.expect(')');
      const body = this.script(new Set([';;', 'esac']));
      if (this.#scan.peek() === ';;') this.#scan.expect(';;');
      arms.push({ patterns, body });
    }
    this.#scan.expect('esac');
    return { kind: 'case', word, arms };
  }

  #body(end: string): Script {
    const script = this.script(new Set([end]));
    this.#scan.expect(end);
    return script;
  }
}
