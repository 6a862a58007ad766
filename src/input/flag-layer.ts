import type * as z from 'zod';
import { LabError } from '../core/errors.ts';
import { type Complaint, validate, valueAt } from './complaints.ts';
import { printable } from './excerpt.ts';
import { type Layer, withAbsolutePaths } from './layer.ts';
import { insertAt } from './merge-layers.ts';
import { numbersAsText } from './numbers-as-text.ts';
import type { Surroundings } from './places.ts';
import type { Path } from './schema-keys.ts';

/** One value of a command line or of the environment. */
export interface Entry {
  readonly path: Path;
  readonly value: unknown;
  readonly origin: Origin;
  /** What was typed for a number within the value; absent where the value was never YAML. */
  readonly textOf?: (path: Path) => string | null;
}

export interface Origin {
  readonly from: 'flag' | 'environment';
  /** `--ttl` or `LABTUI_TTL`. */
  readonly name: string;
  /** What was typed; null for a switch. */
  readonly text: string | null;
}

/** The layer of flags or of environment variables, checked against the schema of a part of the whole. */
export function entryLayer(entries: readonly Entry[], schema: z.ZodObject, { cwd, home, clouds }: Surroundings): Layer {
  const written = entries.reduce<Readonly<Record<string, unknown>>>((value, entry) => insertAt(value, entry.path, entry.value), {});
  const entryOf = (path: Path): Entry | undefined =>
    entries.findLast((entry) => startsAlike(entry.path, path) && (entry.path.length >= path.length || valueAt(entry.value, path.slice(entry.path.length)) !== undefined)) ??
    entries.findLast((entry) => startsAlike(entry.path, path));
  const textOf = (path: Path): string | null => {
    const entry = entryOf(path);
    return entry?.textOf?.(path.slice(entry.path.length)) ?? null;
  };
  const value = numbersAsText(schema, written, textOf);
  const errorAt = (complaint: Complaint, hint?: string): LabError => {
    const entry = entryOf(complaint.path);
    return entry === undefined ? flagError({ from: 'flag', name: 'input', text: null }, complaint, hint) : flagError(entry.origin, complaint, hint);
  };
  const validated = validate(schema, value);
  const [complaint] = validated.ok ? [] : validated.complaints;
  if (complaint !== undefined) throw errorAt(complaint);
  return {
    value: withAbsolutePaths(validated.ok ? validated.value : value, { directory: cwd, home, clouds }),
    sourceOf: (path) => {
      const origin = entryOf(path)?.origin;
      return origin === undefined ? { from: 'flag' } : { from: origin.from, name: origin.name };
    },
    errorAt,
  };
}

/** `--ttl 5x: expected a duration ...`, `LABTUI_TTL=5x: expected ...` */
export function flagError({ from, name, text }: Origin, { message, allowed }: Pick<Complaint, 'message' | 'allowed'>, hint?: string): LabError {
  const shown = text === null || text === '' ? '' : `${from === 'flag' ? ' ' : '='}${text.length > 60 ? `${text.slice(0, 57)}...` : text}`;
  return new LabError({
    kind: 'invalid-input',
    summary: printable(`${name}${shown}: ${message}`),
    detail: allowed.length > 0 ? `allowed here: ${allowed.join(', ')}` : undefined,
    hint,
  });
}

function startsAlike(a: Path, b: Path): boolean {
  return a.slice(0, b.length).every((key, index) => key === b[index]);
}
