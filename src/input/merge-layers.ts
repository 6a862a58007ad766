import * as z from 'zod';
import { invalidInput, type LabError } from '../core/errors.ts';
import { type Complaint, dotted, validate, valueAt } from './complaints.ts';
import type { Layer, Source } from './layer.ts';
import { type Path, schemasAt } from './schema-keys.ts';

export interface Merged<T> {
  readonly value: T;
  /** By dotted path (`disk.sizeGb`, `tags.team`): one row for each value that is taken as a whole. */
  readonly sources: Readonly<Record<string, Source>>;
}

interface Leaf {
  readonly path: Path;
  readonly value: unknown;
  readonly layer: Layer;
}

/**
 * The whole of what the layers, first wins, say together. Mappings of the schema and open maps (tags) are merged
 * key by key; lists and values given per cloud replace each other. An error names the layer it came from;
 * `missing` makes the error for keys that no layer has.
 */
export function mergeLayers<S extends z.ZodObject>(
  schema: S,
  layers: readonly Layer[],
  missing: (keys: readonly string[]) => LabError,
): Merged<z.output<S>> {
  const leaves = new Map<string, Leaf>();
  for (const layer of layers.toReversed()) {
    for (const { path, value } of leavesOf(schema, layer.value, [])) leaves.set(JSON.stringify(path), { path, value, layer });
  }
  const whole = [...leaves.values()].reduce<Readonly<Record<string, unknown>>>((value, leaf) => insertAt(value, leaf.path, leaf.value), {});
  const validated = validate(schema, whole);
  if (!validated.ok) throw attribute(validated.complaints, [...leaves.values()], missing);
  const sources = leavesOf(schema, validated.value, []).map(({ path }): [string, Source] => [
    dotted(path),
    leaves.get(JSON.stringify(path))?.layer.sourceOf(path) ?? { from: 'default' },
  ]);
  return { value: validated.value, sources: Object.fromEntries(sources) };
}

function leavesOf(schema: z.ZodObject, value: unknown, path: Path): readonly Omit<Leaf, 'layer'>[] {
  if (!isMergedByKey(schema, path) || !isMapping(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(schema, item, [...path, key]));
}

/** Not a union such as region's, where a mapping is one of the forms of a single value. */
function isMergedByKey(schema: z.ZodObject, path: Path): boolean {
  const [found, other] = schemasAt(schema, path);
  return other === undefined && (found instanceof z.ZodObject || found instanceof z.ZodRecord);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy with the leaf in its place; two mappings at one place become one. */
export function insertAt(value: Readonly<Record<string, unknown>>, path: Path, leaf: unknown): Readonly<Record<string, unknown>> {
  const [key, ...rest] = path;
  if (key === undefined) return isMapping(leaf) ? Object.entries(leaf).reduce((into, [name, item]) => insertAt(into, [name], item), value) : value;
  const before = valueAt(value, [key]);
  const inside = isMapping(before) ? before : {};
  return { ...value, [key]: rest.length > 0 || isMapping(leaf) ? insertAt(inside, rest, leaf) : leaf };
}

function attribute(complaints: readonly Complaint[], leaves: readonly Leaf[], missing: (keys: readonly string[]) => LabError): LabError {
  const complaint = complaints.find(({ missingKey, path }) => missingKey === undefined || path.length > 0);
  if (complaint === undefined) return missing(complaints.flatMap(({ missingKey }) => missingKey ?? []));
  const leaf = leaves.findLast(({ path }) => path.every((key, index) => index >= complaint.path.length || complaint.path[index] === key));
  return leaf?.layer.errorAt(complaint) ?? invalidInput(`${dotted(complaint.path)}: ${complaint.message}`);
}
