import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LabError } from '../core/errors.ts';
import { errnoOf } from '../platform/errno.ts';
import { profileSchemas } from './layer-schema.ts';
import { displayPath, profileDirectories, type Surroundings } from './places.ts';
import { readTextFile } from './read-text.ts';
import { readYamlText } from './yaml-file.ts';

/** A profile file that `--profile NAME` can name. */
export interface ListedProfile {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  readonly label: string;
  readonly distro: readonly string[];
  readonly cloud: readonly string[];
  readonly size: string | null;
  /** Another file of that name comes first. */
  readonly shadowed: boolean;
  /** What is wrong with the file; null: nothing. */
  readonly problem: string | null;
}

const summarySchema = z.object({
  distro: z.union([z.string(), z.array(z.string())]).default([]),
  cloud: z.union([z.string(), z.array(z.string())]).default([]),
  size: z.string().nullable().default(null),
});

/**
 * The profiles of the working directory, of its `profiles/` and of the user's config, in this order. YAML of other
 * kinds in the working directory is left out; a broken profile is listed with its problem.
 */
export async function listProfiles(surroundings: Surroundings): Promise<readonly ListedProfile[]> {
  const listed: ListedProfile[] = [];
  for (const directory of profileDirectories(surroundings)) {
    const amongOthers = directory === surroundings.cwd;
    for (const [name, fileName] of await profileFiles(directory)) {
      const profile = await readListed(name, join(directory, fileName), amongOthers, surroundings);
      if (profile !== null) listed.push({ ...profile, shadowed: listed.some((other) => other.name === name) });
    }
  }
  return listed;
}

/** The YAML files of a directory by name without ending; none where there is no such directory. `.yaml` comes before `.yml`. */
export async function profileFiles(directory: string): Promise<ReadonlyMap<string, string>> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const files = entries.filter((entry) => /^[^.].*\.ya?ml$/.test(entry.name) && (entry.isFile() || entry.isSymbolicLink())).map(({ name }) => name);
    // `.yaml` sorts before `.yml`: written last, it stays.
    return new Map(files.sort().toReversed().map((file): [string, string] => [file.replace(/\.ya?ml$/, ''), file]).sort(([a], [b]) => a.localeCompare(b)));
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return new Map();
  }
}

async function readListed(name: string, file: string, amongOthers: boolean, surroundings: Surroundings): Promise<ListedProfile | null> {
  const label = displayPath(file, surroundings);
  const plain = { name, file, label, distro: [], cloud: [], size: null, shadowed: false, problem: null };
  let text: string;
  try {
    text = await readTextFile(file, label);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return amongOthers ? null : { ...plain, problem: error.problem.summary };
  }
  if (amongOthers && (name === 'labtui' || !/^(?:distro|cloud) *:/m.test(text))) return null;
  try {
    const { distro, cloud, size } = summarySchema.parse(readYamlText(text, label, profileSchemas(surroundings.clouds).part).value);
    return { ...plain, distro: [distro].flat(), cloud: [cloud].flat(), size };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { ...plain, problem: error.problem.summary };
  }
}
