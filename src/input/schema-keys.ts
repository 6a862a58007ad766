import * as z from 'zod';

export type Path = readonly (string | number)[];
type Schema = z.core.$ZodType;

/** A schema without what wraps it (optional, nullable, default, pipe ...); each member of a union. */
export function coreSchemas(schema: Schema): readonly Schema[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNonOptional ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodCatch ||
    schema instanceof z.ZodLazy
  ) {
    return coreSchemas(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) return coreSchemas(schema.in instanceof z.ZodTransform ? schema.out : schema.in);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => coreSchemas(option));
  return [schema];
}

/** The keys a mapping at this path may have, in the schema's order; empty where any key or none is allowed. */
export function keysAt(schema: Schema, path: Path): readonly string[] {
  const keys = schemasAt(schema, path).flatMap((found) => {
    if (found instanceof z.ZodObject) return Object.keys(found.shape);
    if (found instanceof z.ZodRecord && found.keyType instanceof z.ZodEnum) return found.keyType.options.map(String);
    return [];
  });
  return [...new Set(keys)];
}

/** What the schema has at a path, unwrapped; several where unions leave a choice, none where the path leads nowhere. */
export function schemasAt(schema: Schema, path: Path): readonly Schema[] {
  return path.reduce<readonly Schema[]>(childSchemas, coreSchemas(schema));
}

/** One step of `schemasAt`. */
export function childSchemas(schemas: readonly Schema[], key: string | number): readonly Schema[] {
  return schemas.flatMap((schema) => {
    const child = childOf(schema, key);
    return child === null ? [] : coreSchemas(child);
  });
}

function childOf(schema: Schema, key: string | number): Schema | null {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, Schema>> = schema.shape;
    return Object.hasOwn(shape, key) ? (shape[key] ?? null) : null;
  }
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return null;
}
