import type * as z from 'zod';
import { didYouMean } from '../core/suggest.ts';
import { printable } from './excerpt.ts';

/** Stands for "no text of its own" on a union, so that a better one is made from its members. */
export const untoldUnion = 'none of the forms fits';

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping (key: value)',
  record: 'a mapping (key: value)',
  array: 'a list',
  null: 'nothing',
  never: 'nothing here',
};

/** What a zod type is called in messages. */
export function noun(expected: string): string {
  return nouns[expected] ?? expected;
}

/** A value as messages name it: its kind, and the value itself where that is short. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return value.length > 40 ? 'a longer text' : `the text "${printable(value)}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'a mapping';
}

/** zod's error map: the house's words for every issue that its schema gives no text of its own. */
export function tellIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${noun(issue.expected)}, got ${describeValue(issue.input)}`;
    case 'invalid_value':
      return tellValue(issue.values.map(String), issue.input);
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'must not be empty';
      if (issue.origin === 'array' && issue.minimum === 1) return 'must not be an empty list';
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.origin, issue.minimum)}${got(issue.input)}`;
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.origin, issue.maximum)}${got(issue.input)}`;
    case 'invalid_format':
      return tellFormat(issue.format);
    case 'invalid_union':
      return issue.discriminator === undefined ? untoldUnion : tellDiscriminator(issue.options);
    case 'invalid_key':
    case 'invalid_element':
    case 'unrecognized_keys':
    case 'not_multiple_of':
    case 'custom':
    default:
      return undefined;
  }
}

function tellValue(values: readonly string[], input: unknown): string {
  if (typeof input === 'string' && values.length > 1) return `unknown value "${printable(input)}"${didYouMean(input, values)}`;
  return `expected ${values.length === 1 ? `"${values.join('')}"` : `one of ${values.join(', ')}`}, got ${describeValue(input)}`;
}

function tellDiscriminator(options: unknown): string {
  return Array.isArray(options) ? `expected one of ${options.map(String).join(', ')}` : 'unknown kind';
}

function tellFormat(format: string): string | undefined {
  if (format === 'url') return 'expected a URL';
  if (format === 'guid' || format === 'uuid') return 'expected an id such as 00000000-0000-0000-0000-000000000000';
  return format === 'regex' ? 'has characters that are not allowed here' : undefined;
}

function amount(origin: string, limit: number | bigint): string {
  if (origin === 'string') return `${String(limit)} characters`;
  return origin === 'array' ? `${String(limit)} items` : String(limit);
}

function got(input: unknown): string {
  return typeof input === 'number' ? `, got ${input}` : '';
}
