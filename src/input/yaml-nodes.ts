import { type Document, isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Node } from 'yaml';
import type { Path } from './schema-keys.ts';

interface Entry {
  /** null in a list and at the top. */
  readonly key: Node | null;
  readonly value: Node | null;
}

/** The node at a path, through aliases; null where there is none. */
export function nodeAt(document: Document, path: Path): Entry | null {
  return path.reduce<Entry | null>((entry, step) => (entry === null ? null : childOf(document, entry.value, step)), {
    key: null,
    value: document.contents,
  });
}

function childOf(document: Document, node: Node | null, step: string | number): Entry | null {
  const inside = isAlias(node) ? node.resolve(document) : node;
  if (isSeq(inside) && typeof step === 'number') {
    const value = asNode(inside.items[step]);
    return value === null ? null : { key: null, value };
  }
  if (!isMap(inside)) return null;
  for (const pair of inside.items) {
    if (isPair(pair) && isScalar(pair.key) && String(pair.key.value) === String(step)) return { key: pair.key, value: asNode(pair.value) };
  }
  return null;
}

function asNode(value: unknown): Node | null {
  return isScalar(value) || isCollection(value) || isAlias(value) ? value : null;
}

/** Offsets of the value at a path, or of its key; of the key too where the value has no text (`disk:`). */
export function rangeOf(document: Document, path: Path, part: 'key' | 'value'): readonly [number, number] | null {
  const entry = nodeAt(document, path);
  const key = entry?.key?.range ?? null;
  const value = entry?.value?.range ?? null;
  const hasText = value !== null && value[1] > value[0];
  const chosen = part === 'value' && hasText ? value : (key ?? value);
  return chosen === null ? null : [chosen[0], chosen[1]];
}
