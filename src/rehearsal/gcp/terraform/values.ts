import type { Json, JsonObject } from '../../engine/json.ts';
import { isAttributes, isList } from '../../../plugin/attributes.ts';
import { type Attributes, unknown, type Value } from '../../../plugin/behaviour.ts';

// Values of Terraform's, read without trusting their type: what is unknown counts as absent.

export function numberOf(attributes: Attributes, name: string): number | null {
  const value = attributes[name];
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** The blocks of a list or set. */
export function blocksOf(attributes: Attributes, name: string): readonly Attributes[] {
  const value = attributes[name];
  return isList(value) ? value.filter(isAttributes) : [];
}

/** The first block; null: none. */
export const blockOf = (attributes: Attributes, name: string): Attributes | null => blocksOf(attributes, name)[0] ?? null;

export function textMapOf(attributes: Attributes, name: string): Readonly<Record<string, string>> {
  const value = attributes[name];
  if (!isAttributes(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Whether a value or anything in it is known only after apply. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value === unknown) return true;
  if (isList(value)) return value.some(hasUnknown);
  return isAttributes(value) && Object.values(value).some(hasUnknown);
}

/** What an answer of the API says under a name, as a value. */
export const fromJson = (object: JsonObject, key: string): Value => object[key] ?? null;

/** The request body: what is null or undefined is left out. */
export function body(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== null && entry[1] !== undefined));
}
