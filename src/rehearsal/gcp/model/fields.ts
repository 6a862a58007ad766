import type { Json, JsonObject } from '../../engine/json.ts';

// A request's body is data from outside: a field of another type counts as absent.

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

export function text(object: JsonObject, key: string): string | null {
  const value = object[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function flag(object: JsonObject, key: string): boolean | null {
  const value = object[key];
  return typeof value === 'boolean' ? value : null;
}

/** A whole number; Google's 64-bit numbers come as text. */
export function whole(object: JsonObject, key: string): number | null {
  const value = object[key];
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : null;
}

export function object(object: JsonObject, key: string): JsonObject | null {
  const value = object[key];
  return isObject(value) ? value : null;
}

export function objects(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key];
  return isList(value) ? value.filter(isObject) : [];
}

export function texts(object: JsonObject, key: string): readonly string[] {
  const value = object[key];
  return isList(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A map of texts; other values are left out. */
export function textMap(object: JsonObject, key: string): Readonly<Record<string, string>> {
  const value = object[key];
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Without the fields that are null or undefined: Google leaves out what is not set. */
export function present(object: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== null && entry[1] !== undefined));
}
