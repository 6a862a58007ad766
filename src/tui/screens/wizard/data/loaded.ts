import type { Answer } from '../../../port.ts';
import { isObject, objectsOf, textAt } from './json.ts';

/** Why something is not known, and what to do about it. */
export interface Trouble {
  readonly summary: string;
  readonly hint: string | null;
}

/** What was asked of a command. */
export type Loaded<T> =
  | { readonly is: 'loading' }
  | { readonly is: 'known'; readonly value: T }
  | { readonly is: 'failed'; readonly trouble: Trouble };

export const loading: Loaded<never> = { is: 'loading' };

export function known<T>(value: T): Loaded<T> {
  return { is: 'known', value };
}

/** The value where it is known. */
export function valueOf<T, F>(loaded: Loaded<T> | undefined, otherwise: F): T | F {
  return loaded?.is === 'known' ? loaded.value : otherwise;
}

/** What a query's one document says, read by `read`; its refusal where it failed. */
export function loadedFrom<T>(answer: Answer, read: (document: unknown) => T | null): Loaded<T> {
  if (answer.exitCode !== 0) return { is: 'failed', trouble: troubleOf(answer) };
  const value = read(answer.documents[0]);
  return value === null ? { is: 'failed', trouble: { summary: 'the answer was not understood', hint: null } } : known(value);
}

/** Why a run failed, by the last error it told of; else by what it printed. */
export function troubleOf({ documents, stderr, exitCode }: Answer): Trouble {
  const error = objectsOf(documents).findLast((document) => isObject(document) && document.type === 'diagnostic' && document.severity === 'error');
  const summary = error === undefined ? null : textAt(error, 'summary');
  if (error !== undefined && summary !== null) return { summary, hint: textAt(error, 'hint') };
  const lines = stderr.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const hint = lines.find((line) => line.startsWith('try:'))?.slice('try:'.length).trim() ?? null;
  return { summary: lines[0]?.replace(/^error: /, '') ?? `it ended with exit code ${exitCode}`, hint };
}
