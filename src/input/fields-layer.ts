import { LabError } from '../core/errors.ts';
import { type Complaint, dotted, validate } from './complaints.ts';
import { type Layer, withAbsolutePaths } from './layer.ts';
import { profileSchemas } from './layer-schema.ts';
import type { Surroundings } from './places.ts';

/** The layer of what a program gives: fields of a profile; undefined is as if it were not there. Throws invalid-input that names the field. */
export function fieldsLayer(fields: Readonly<Record<string, unknown>>, { cwd, home, clouds }: Surroundings): Layer {
  const errorAt = ({ path, message, allowed }: Complaint, hint?: string): LabError =>
    new LabError({ kind: 'invalid-input', summary: path.length === 0 ? message : `${dotted(path)}: ${message}`, detail: allowed.length > 0 ? `allowed here: ${allowed.join(', ')}` : undefined, hint });
  const validated = validate(profileSchemas(clouds).part, given(fields));
  if (!validated.ok) throw errorAt(validated.complaints[0] ?? { path: [], about: 'value', message: 'it cannot be read', allowed: [] });
  return { value: withAbsolutePaths(validated.value, { directory: cwd, home, clouds }), sourceOf: () => ({ from: 'flag' }), errorAt };
}

function given(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]: [string, unknown]) => (inner === undefined ? [] : [[key, given(inner)]])));
}
