import { isDeadlineAddress } from './deadline.ts';

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [name: string]: Json;
}

/** A stack's cdk.tf.json without the resources that are in it for its deadline alone. Throws where the text is no JSON object. */
export function withoutDeadline(json: string): string {
  return edited(json, (stack) => {
    const { resource, ...rest } = stack;
    if (!isObject(resource)) return stack;
    const types = Object.entries(resource).flatMap(([type, named]): readonly (readonly [string, Json])[] => {
      if (!isObject(named)) return [[type, named]];
      const kept = Object.entries(named).filter(([name]) => !isDeadlineAddress(`${type}.${name}`));
      return kept.length === 0 ? [] : [[type, Object.fromEntries(kept)]];
    });
    return { ...rest, resource: Object.fromEntries(types) };
  });
}

/** Addresses of a stack's resources that have one of these names. Throws where the text is no JSON object. */
export function addressesNamed(json: string, names: readonly string[]): readonly string[] {
  return resourcesIn(json).filter(({ name }) => names.includes(name)).map(({ type, name }) => `${type}.${name}`);
}

/** A stack in which the resources with these names are as they are in `anew`; nothing else of `anew` is taken. Throws as addressesNamed does. */
export function withResourcesOf(json: string, anew: string, names: readonly string[]): string {
  const taken = resourcesIn(anew).filter(({ name }) => names.includes(name));
  return edited(json, (stack) => {
    const resource: Record<string, Json> = isObject(stack.resource) ? { ...stack.resource } : {};
    for (const { type, name, body } of taken) {
      const named = resource[type];
      resource[type] = { ...(isObject(named) ? named : {}), [name]: body };
    }
    return { ...stack, resource };
  });
}

function resourcesIn(json: string): readonly { readonly type: string; readonly name: string; readonly body: Json }[] {
  const { resource } = parsed(json);
  if (!isObject(resource)) return [];
  return Object.entries(resource).flatMap(([type, named]) => (isObject(named) ? Object.entries(named).map(([name, body]) => ({ type, name, body })) : []));
}

/**
 * The same stack with texts exchanged: `change` is asked about every text with the names that lead to it (those of lists are their
 * indexes), and gives the one to stand there.
 */
export function withTexts(json: string, change: (text: string, path: readonly string[]) => string): string {
  const walk = (value: Json, path: readonly string[]): Json => {
    if (typeof value === 'string') return change(value, path);
    if (isList(value)) return value.map((item, index) => walk(item, [...path, String(index)]));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, [...path, name])]));
  };
  return edited(json, (stack) => {
    const after = walk(stack, []);
    return isObject(after) ? after : stack;
  });
}

/** In the form in which stacks are written: an unchanged one is the same text. */
function edited(json: string, change: (stack: JsonObject) => JsonObject): string {
  return `${JSON.stringify(change(parsed(json)), null, 2)}\n`;
}

function parsed(json: string): JsonObject {
  const value: unknown = JSON.parse(json);
  if (!isJson(value) || !isObject(value)) throw new Error('this is no Terraform in JSON');
  return value;
}

function isJson(value: unknown): value is Json {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return true;
  if (typeof value !== 'object') return false;
  return Array.isArray(value) ? value.every(isJson) : Object.values(value).every(isJson);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}
