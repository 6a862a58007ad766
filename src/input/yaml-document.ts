import { type Document, isScalar, LineCounter, type Node, parseDocument, visit, type YAMLError } from 'yaml';
import type { Path } from './schema-keys.ts';
import type { Span } from './excerpt.ts';
import { nodeAt, rangeOf } from './yaml-nodes.ts';

export interface YamlProblem {
  readonly span: Span;
  readonly message: string;
}

/** One YAML document as plain data, which still knows where everything was written. */
export interface YamlDocument {
  readonly value: unknown;
  /** Place of the value at a path, or of its key; null where there is none. */
  readonly spanOf: (path: Path, part: 'key' | 'value') => Span | null;
  /** A scalar as it was typed: `24.10`, not 24.1. */
  readonly textOf: (path: Path) => string | null;
}

export type ParsedYaml = { readonly ok: true; readonly document: YamlDocument } | { readonly ok: false; readonly problem: YamlProblem };

/**
 * Parses one document of YAML 1.2, core schema: no tags of one's own, no merge keys, keys are text and appear
 * once, at most 100 nodes through aliases. An empty text has the value null.
 */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  // uniqueKeys compares every pair of keys; `strayNode` finds the same in one pass.
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
    resolveKnownTags: false,
  });
  const spanAt = (start: number, end: number): Span => {
    const { line, col } = lines.linePos(Math.min(start, text.length));
    return { line, column: col, length: Math.max(1, Math.min(end, text.length) - start) };
  };
  const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (error !== undefined) {
    // What is missing at the end is shown where the text ends, not on an empty line below.
    const written = text.trimEnd().length;
    const span = error.pos[0] > written ? spanAt(written, written) : spanAt(...error.pos);
    return { ok: false, problem: { span, message: syntaxMessage(error) } };
  }
  const stray = strayNode(document);
  if (stray !== null) return { ok: false, problem: { span: spanAt(...stray.range), message: stray.message } };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (failure) {
    if (failure instanceof ReferenceError) return { ok: false, problem: { span: spanAt(0, 1), message: 'too many aliases' } };
    throw failure;
  }
  return {
    ok: true,
    document: {
      value,
      spanOf: (path, part) => {
        const range = rangeOf(document, path, part);
        return range === null ? null : spanAt(range[0], range[1]);
      },
      textOf: (path) => {
        const node = nodeAt(document, path)?.value ?? null;
        return isScalar(node) ? (node.source ?? null) : null;
      },
    },
  };
}

const syntaxMessages: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " in one line: put the value in quotes',
  MULTIPLE_DOCS: 'a second document ("---"): only one is read',
  NON_STRING_KEY: 'a key must be text',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAB_AS_INDENT: 'a tab cannot indent YAML: use spaces',
  TAG_RESOLVE_FAILED: 'tags ("!...") are not allowed',
  BAD_ALIAS: 'an alias needs a name',
};

function syntaxMessage({ code, message }: YAMLError): string {
  const [first = ''] = message.split('\n');
  return syntaxMessages[code] ?? `not valid YAML: ${first.charAt(0).toLowerCase()}${first.slice(1)}`;
}

interface Stray {
  readonly range: readonly [number, number];
  readonly message: string;
}

/** A key that was there before, or an alias that leads nowhere or into itself. */
function strayNode(document: Document): Stray | null {
  let stray: Stray | null = null;
  const found = (node: Node, message: string): typeof visit.BREAK => {
    stray = { range: [node.range?.[0] ?? 0, node.range?.[1] ?? 0], message };
    return visit.BREAK;
  };
  visit(document, {
    Map: (_, { items }) => {
      const keys = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        // An object would take it for its prototype.
        if (name === '__proto__') return found(key, 'the key "__proto__" is not allowed');
        if (keys.has(name)) return found(key, `duplicate key "${name}"`);
        keys.add(name);
      }
      return undefined;
    },
    Alias: (_, alias, ancestors) => {
      const target = alias.resolve(document);
      if (target === undefined) return found(alias, `there is no anchor "&${alias.source}" before this`);
      return ancestors.includes(target) ? found(alias, `"*${alias.source}" is inside of itself`) : undefined;
    },
  });
  return stray;
}
