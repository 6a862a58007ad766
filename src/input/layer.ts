import type { LabError } from '../core/errors.ts';
import type { ProfileCloud } from '../core/profile.ts';
import { type Complaint, valueAt } from './complaints.ts';
import type { Path } from './schema-keys.ts';
import { resolvePath, type Surroundings } from './places.ts';
import type { YamlFile } from './yaml-file.ts';

/** Where a value came from, first wins: the contract's order (§2). */
export const layerNames = ['flag', 'environment', 'profile', 'labtui.yaml', 'config', 'default'] as const;

export interface Source {
  readonly from: (typeof layerNames)[number];
  /** The flag (`--ttl`) or the variable (`LABTUI_TTL`). */
  readonly name?: string;
  /** As people would type its path. */
  readonly file?: string;
  readonly line?: number;
}

/** One place values come from: valid in itself, but a part of the whole. */
export interface Layer {
  readonly value: unknown;
  readonly sourceOf: (path: Path) => Source;
  /** The error that names this layer's flag, variable or line. */
  readonly errorAt: (complaint: Complaint, hint?: string) => LabError;
}

/** The layer of a YAML file. Relative paths in it are meant from `directory`. */
export function fileLayer(
  file: YamlFile<unknown>,
  from: 'profile' | 'labtui.yaml' | 'config',
  directory: string,
  { home, clouds }: Surroundings,
): Layer {
  return {
    value: withAbsolutePaths(file.value, { directory, home, clouds }),
    sourceOf: (path) => {
      const line = file.locate(path, 'key')?.line;
      return { from, file: file.label, ...(line === undefined ? {} : { line }) };
    },
    errorAt: ({ path, about, message, allowed }, hint) => file.errorAt(path, message, { about, allowed, hint }),
  };
}

/** The same layer with only some of its top-level keys. */
export function onlyKeys(layer: Layer, keys: readonly string[]): Layer {
  const entries = typeof layer.value === 'object' && layer.value !== null ? Object.entries(layer.value) : [];
  return { ...layer, value: Object.fromEntries(entries.filter(([key]) => keys.includes(key))) };
}

/** A field that is a path on this computer, and what tells a path from another word in it. */
interface PathField {
  readonly path: Path;
  readonly isPath: (text: string) => boolean;
}

const pathFields: readonly PathField[] = [
  { path: ['userData', 'file'], isPath: () => true },
  { path: ['sessionsDir'], isPath: () => true },
  { path: ['ssh', 'key'], isPath: (text) => text.includes('/') || text.endsWith('.pub') },
  { path: ['terraformBin'], isPath: (text) => text.includes('/') },
];

/** Part of a profile or of settings, with its paths made absolute: relative ones are meant from `directory`. */
export function withAbsolutePaths(
  value: unknown,
  { directory, home, clouds }: { readonly directory: string; readonly home: string; readonly clouds: readonly ProfileCloud[] },
): unknown {
  const ofClouds = clouds.flatMap(({ id, settings }) => (settings?.paths ?? []).map((key): PathField => ({ path: [id, key], isPath: () => true })));
  return [...pathFields, ...ofClouds].reduce((changed, { path, isPath }) => {
    const written = valueAt(changed, path);
    return typeof written === 'string' && isPath(written) ? replacedAt(changed, path, resolvePath(written, directory, home)) : changed;
  }, value);
}

function replacedAt(value: unknown, path: Path, leaf: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  const object = typeof value === 'object' && value !== null ? value : {};
  return { ...object, [key]: replacedAt(valueAt(value, [key]), rest, leaf) };
}
