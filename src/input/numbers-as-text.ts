import type * as z from 'zod';
import { childSchemas, coreSchemas, type Path } from './schema-keys.ts';

/**
 * The value with what was literally typed (`textOf`) in place of each number that the schema takes as text:
 * `version: 24.10` is then "24.10" and not "24.1".
 */
export function numbersAsText(schema: z.ZodType, value: unknown, textOf: (path: Path) => string | null): unknown {
  const walk = (schemas: readonly z.core.$ZodType[], at: unknown, path: Path): unknown => {
    if (typeof at === 'number') return schemas.some(({ _zod }) => _zod.def.type === 'string') ? (textOf(path) ?? at) : at;
    if (Array.isArray(at)) return at.map((item: unknown, index) => walk(childSchemas(schemas, index), item, [...path, index]));
    if (typeof at !== 'object' || at === null) return at;
    return Object.fromEntries(Object.entries(at).map(([key, item]: [string, unknown]) => [key, walk(childSchemas(schemas, key), item, [...path, key])]));
  };
  return walk(coreSchemas(schema), value, []);
}
