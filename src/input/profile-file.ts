import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { invalidInput, LabError } from '../core/errors.ts';
import type { Profile } from '../core/profile.ts';
import { nearest } from '../core/suggest.ts';
import { errnoOf } from '../platform/errno.ts';
import { printable } from './excerpt.ts';
import { profileSchemas } from './layer-schema.ts';
import { displayPath, profileDirectories, resolvePath, type Surroundings } from './places.ts';
import { listProfiles, profileFiles } from './profile-list.ts';
import { readYamlFile, type YamlFile } from './yaml-file.ts';

export interface FoundProfile {
  /** File name without `.yaml`. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** As people would type the path. */
  readonly label: string;
}

/**
 * The file that `--profile` means: a path if it holds `/` or ends in .yaml or .yml, else a name. Rejects with kind
 * not-found, naming where it was looked for and what is near.
 */
export async function findProfile(reference: string, surroundings: Surroundings): Promise<FoundProfile> {
  const { cwd, home } = surroundings;
  if (reference.trim() === '' || reference.includes('\0')) throw invalidInput('--profile needs a name or a path', 'labtui profiles list');
  const isPath = reference.includes('/') || /\.ya?ml$/.test(reference);
  const candidates = isPath
    ? [resolvePath(reference, cwd, home)]
    : profileDirectories(surroundings).flatMap((directory) => [join(directory, `${reference}.yaml`), join(directory, `${reference}.yml`)]);
  for (const file of candidates) {
    if (await exists(file)) return { name: profileName(file), file, label: displayPath(file, surroundings) };
  }
  throw await notFound(reference, candidates, isPath, surroundings);
}

/**
 * A profile file checked by itself, as `profiles validate` does: required keys have to be in it. Rejects with
 * invalid-input as `file:line:column what is wrong`.
 */
export async function readProfile(reference: string, surroundings: Surroundings): Promise<FoundProfile & { readonly yaml: YamlFile<Profile> }> {
  const found = await findProfile(reference, surroundings);
  return { ...found, yaml: await readYamlFile(found.file, profileSchemas(surroundings.clouds).whole, { label: found.label }) };
}

function profileName(file: string): string {
  return basename(file).replace(/\.ya?ml$/, '');
}

/** A directory counts: it is found, and reading it says what it is. */
async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return errnoOf(error) === 'EACCES';
  }
}

async function notFound(reference: string, candidates: readonly string[], isPath: boolean, surroundings: Surroundings): Promise<LabError> {
  const shown = printable(reference);
  if (isPath) {
    const [file = reference] = candidates;
    const files = await profileFiles(dirname(file));
    const [near] = nearest(profileName(file), [...files.keys()], 1).map((name) => join(dirname(file), files.get(name) ?? name));
    const suggestion = near === undefined ? '' : `, did you mean "${displayPath(near, surroundings)}"?`;
    return new LabError({ kind: 'not-found', summary: `no profile at ${displayPath(file, surroundings)}${suggestion}`, hint: 'labtui profiles list' });
  }
  const names = [...new Set((await listProfiles(surroundings)).map(({ name }) => name))];
  const near = nearest(reference, names);
  return new LabError({
    kind: 'not-found',
    summary: `no profile "${shown}"${near[0] === undefined ? '' : `, did you mean "${near[0]}"?`}`,
    detail: `looked for: ${candidates.filter((file) => file.endsWith('.yaml')).map((file) => displayPath(file, surroundings)).join(', ')}`,
    hint: names.length > 0 ? 'labtui profiles list' : 'labtui profiles init',
  });
}
