import { isAttributes, isList, list } from '../../../plugin/attributes.ts';
import { type Attributes, unknown, type Value } from '../../../plugin/behaviour.ts';

/** The blocks, or objects, of that name. */
export function blocks(attributes: Attributes, name: string): readonly Attributes[] {
  return list(attributes, name).filter(isAttributes);
}

/** The one block of that name; null without it. */
export function block(attributes: Attributes, name: string): Attributes | null {
  return blocks(attributes, name)[0] ?? null;
}

/** A map of texts; null when it is not set or not wholly known. */
export function map(attributes: Attributes, name: string): Readonly<Record<string, string>> | null {
  const value = attributes[name];
  if (!isAttributes(value)) return null;
  const entries = Object.entries(value).map(([key, item]) => (typeof item === 'string' ? [[key, item] as const] : []));
  return entries.every((each) => each.length === 1) ? Object.fromEntries(entries.flat()) : null;
}

/** Whether nothing in it is unknown. */
export function isKnown(value: Value | undefined): boolean {
  if (value === unknown) return false;
  if (isList(value)) return value.every(isKnown);
  return isAttributes(value) ? Object.values(value).every(isKnown) : true;
}

/** What an SDK of Terraform takes for `not set`: null, '', 0, false and nothing in it. */
export function isZero(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (isList(value)) return value.length === 0;
  return isAttributes(value) && Object.keys(value).length === 0;
}

/** Equal for Terraform, the order of lists included. */
export function isSame(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  if (!isAttributes(a) || !isAttributes(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => isSame(a[name] ?? null, b[name] ?? null));
}
