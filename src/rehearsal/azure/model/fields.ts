import type { Json, JsonObject } from '../../engine/json.ts';

/** Whether a value is an object of JSON's. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path; undefined where nothing does. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((current, step) => {
    if (typeof step === 'number') return Array.isArray(current) ? (current as readonly Json[])[step] : undefined;
    return isObject(current) ? current[step] : undefined;
  }, value);
}

/** The text at a path; null where there is none, or an empty one. */
export function textAt(value: Json | undefined, ...path: readonly (string | number)[]): string | null {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : null;
}

export function numberAt(value: Json | undefined, ...path: readonly (string | number)[]): number | null {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : null;
}

export function isTrueAt(value: Json | undefined, ...path: readonly (string | number)[]): boolean {
  return at(value, ...path) === true;
}

export function objectAt(value: Json | undefined, ...path: readonly (string | number)[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

export function listAt(value: Json | undefined, ...path: readonly (string | number)[]): readonly Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as readonly Json[]) : [];
}

export function objectsAt(value: Json | undefined, ...path: readonly (string | number)[]): readonly JsonObject[] {
  return listAt(value, ...path).filter(isObject);
}

export function textsAt(value: Json | undefined, ...path: readonly (string | number)[]): readonly string[] {
  return listAt(value, ...path).filter((item) => typeof item === 'string');
}

/** Without the members that are null or missing: as Azure leaves them out of its answers. */
export function present(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const result: Record<string, Json> = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined && value !== null) result[name] = value;
  return result;
}

/** Without the members that are empty objects: Azure does not show again what says nothing. */
export function saying(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !isObject(value) || Object.keys(value).length > 0));
}

/** Tags of a request: text, numbers and booleans as text. */
export function tagsOf(body: JsonObject): Readonly<Record<string, string>> {
  const tags: Record<string, string> = {};
  for (const [key, value] of Object.entries(objectAt(body, 'tags'))) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') tags[key] = String(value);
  }
  return tags;
}

/** `patch` over `base`, object by object, as a PATCH of Azure's; null takes a member away. */
export function patched(base: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...base };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, name);
    else result[name] = isObject(value) ? patched(objectAt(base, name), value) : value;
  }
  return result;
}
