import type { Json, JsonObject } from '../../engine/json.ts';
import { isAttributes, isList, list, text } from '../../../plugin/attributes.ts';
import { type Attributes, unknown, type Value } from '../../../plugin/behaviour.ts';

/** The text of a required attribute. */
export function required(attributes: Attributes, name: string): string {
  return text(attributes, name) ?? '';
}

/** The blocks of a name; one that is empty in every member counts. */
export function blocks(attributes: Attributes, name: string): readonly Attributes[] {
  return list(attributes, name).map((item) => (isAttributes(item) ? item : {}));
}

export function block(attributes: Attributes, name: string): Attributes | null {
  const value = attributes[name];
  return isAttributes(value) ? value : (blocks(attributes, name)[0] ?? null);
}

/** Tags as a request has them. */
export function tags(attributes: Attributes): JsonObject {
  const result: Record<string, Json> = {};
  const given = attributes.tags;
  if (isAttributes(given)) for (const [key, value] of Object.entries(given)) if (typeof value === 'string') result[key] = value;
  return result;
}

/** Tags as the state has them: null where there never were any. */
export function tagsFrom(before: Attributes, found: JsonObject): Value {
  return Object.keys(found).length === 0 && !isAttributes(before.tags) ? null : { ...found };
}

/** What is not known yet becomes null: for the state of something half made. */
export function settled(value: Attributes): Attributes {
  const result: Record<string, Value> = {};
  for (const [name, member] of Object.entries(value)) result[name] = settledValue(member);
  return result;
}

function settledValue(value: Value): Value {
  if (value === unknown) return null;
  if (isList(value)) return value.map(settledValue);
  return isAttributes(value) ? settled(value) : value;
}

/** What the cloud says, unless that is what an attribute never set means anyway. */
export function unlessUnset(before: Value | undefined, found: Value, unset: Value): Value {
  return (before === null || before === undefined || before === unknown) && found === unset ? null : found;
}

/** Whether two values are the same, members in any order. */
export function same(a: Value | undefined, b: Value | undefined): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: Value | undefined): string {
  if (value === unknown) return '?';
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  if (isAttributes(value)) return `{${Object.keys(value).sort().map((key) => `${key}:${canonical(value[key])}`).join(',')}}`;
  return JSON.stringify(value ?? null);
}
