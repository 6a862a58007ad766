import type * as z from 'zod';
import { didYouMean, nearest } from '../core/suggest.ts';
import { printable } from './excerpt.ts';
import { keysAt, type Path } from './schema-keys.ts';
import { describeValue, noun, tellIssue, untoldUnion } from './zod-messages.ts';

/** One thing wrong with a value, before it is known where the user wrote that. */
export interface Complaint {
  /** Of the key or value; of the mapping where a key is missing. */
  readonly path: Path;
  readonly about: 'key' | 'value' | 'missing';
  /** The key that is missing. */
  readonly missingKey?: string;
  /** Whole sentence but for the place. */
  readonly message: string;
  /** Names the user can choose from; empty where there is no closed list. */
  readonly allowed: readonly string[];
}

export type Validated<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly complaints: readonly Complaint[] };

/** Validates a value; the complaints are in the house's words, missing keys last. */
export function validate<S extends z.ZodType>(schema: S, value: unknown): Validated<z.output<S>> {
  const result = schema.safeParse(value, { error: tellIssue });
  return result.success ? { ok: true, value: result.data } : { ok: false, complaints: complaintsOf(schema, value, result.error.issues) };
}

/** `versions[0].images.aws` */
export function dotted(path: Path): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${printable(key)}`)).join('');
}

/** The value at a path of plain data; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((found, key) => {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    return (found as Readonly<Record<string | number, unknown>>)[key];
  }, value);
}

interface Found extends Complaint {
  /** The value at `path` is of another kind than this schema takes; `expected` says which. */
  readonly expected: string | null;
  readonly choice: boolean;
}

function complaintsOf(schema: z.ZodType, value: unknown, issues: readonly z.core.$ZodIssue[]): readonly Complaint[] {
  const found = issues.flatMap((issue) => flatten(issue, [], schema, value)).map((one) => missingOr(one, value));
  const mistyped = found.filter(({ about }) => about === 'key').map(({ path, allowed }) => [...path.slice(0, -1), nearest(String(path.at(-1)), allowed, 1)[0]]);
  const seen = new Set<string>();
  return found
    .filter(({ path, missingKey }) => missingKey === undefined || !mistyped.some((key) => samePath(key, [...path, missingKey])))
    .filter(({ path, missingKey }) => {
      const key = JSON.stringify([path, missingKey]);
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => Number(a.about === 'missing') - Number(b.about === 'missing'))
    .map(({ expected: _expected, choice: _choice, ...complaint }) => complaint);
}

function flatten(issue: z.core.$ZodIssue, base: Path, schema: z.ZodType, value: unknown): readonly Found[] {
  const path = [...base, ...issue.path.map((key) => (typeof key === 'symbol' ? key.toString() : key))];
  const here = { path, about: 'value', message: issue.message, allowed: [], expected: null, choice: false } as const;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], keysAt(schema, path)));
    case 'invalid_key': {
      const [inner] = issue.issues;
      if (inner?.code === 'invalid_value') return [unknownKey(path, inner.values.map(String))];
      return [{ ...here, about: 'key', message: `key "${printable(String(path.at(-1)))}": ${inner?.message ?? issue.message}` }];
    }
    case 'invalid_type':
      return [{ ...here, expected: issue.expected === 'int' && typeof valueAt(value, path) === 'number' ? null : noun(issue.expected) }];
    case 'invalid_value': {
      const values = issue.values.map(String);
      const sameKind = issue.values.some((one) => typeof one === typeof valueAt(value, path));
      return [{ ...here, allowed: values.length > 1 ? values : [], expected: sameKind ? null : values.join(', '), choice: true }];
    }
    case 'invalid_union':
      return issue.errors.length === 0 ? [here] : bestOf(issue.errors.map((branch) => branch.flatMap((one) => flatten(one, path, schema, value))), here, value);
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'too_big':
    case 'too_small':
      return [here];
  }
}

/** What to say of a value that no member of a union takes: the complaints of the member it was most likely meant for. */
function bestOf(branches: readonly (readonly Found[])[], union: Found, value: unknown): readonly Found[] {
  const fitting = branches.filter((branch) => !branch.some(({ expected, path }) => expected !== null && samePath(path, union.path)));
  const told = union.message !== untoldUnion;
  const [only] = fitting;
  if (fitting.length === 1 && only !== undefined) return only;
  if (fitting.length === 0) {
    const expected = [...new Set(branches.flatMap((branch) => branch.flatMap(({ expected: one }) => one ?? [])))].join(' or ');
    return [{ ...union, expected, message: told ? union.message : `expected ${expected}, got ${describeValue(valueAt(value, union.path))}` }];
  }
  if (told) return [union];
  return fitting.find((branch) => !branch.some(({ choice }) => choice)) ?? only ?? [union];
}

function unknownKey(path: Path, allowed: readonly string[]): Found {
  const key = String(path.at(-1));
  return { path, about: 'key', message: `unknown key "${printable(key)}"${didYouMean(key, allowed)}`, allowed, expected: null, choice: false };
}

function missingOr(found: Found, value: unknown): Found {
  const key = found.path.at(-1);
  if (found.about !== 'value' || typeof key !== 'string' || valueAt(value, found.path) !== undefined) return found;
  const parent = found.path.slice(0, -1);
  const where = parent.length === 0 ? '' : ` in ${dotted(parent)}`;
  return { ...found, path: parent, about: 'missing', missingKey: key, message: `missing key "${key}"${where}`, allowed: [] };
}

function samePath(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}
