import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { LabError, type Problem } from '../../src/core/errors.ts';
import type { Environment, Surroundings } from '../../src/input/places.ts';
import { profileClouds } from '../support/profile-schema.ts';

/** A home and a working directory beside it with these files in them; gone after the test. */
export async function temporaryPlaces(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  environment: Environment = {},
): Promise<Surroundings> {
  const root = await mkdtemp(join(tmpdir(), 'labtui-input-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const folder of ['work', 'home']) await mkdir(join(root, folder));
  for (const [name, content] of Object.entries(files)) {
    const file = join(root, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return { cwd: join(root, 'work'), home: join(root, 'home'), environment, clouds: profileClouds };
}

/** The problem that something ends in; fails where it works, and lets a bug through. */
export async function problemOf(act: () => unknown): Promise<Problem> {
  try {
    await act();
  } catch (error) {
    if (error instanceof LabError) return error.problem;
    throw error;
  }
  throw new Error('it worked');
}
