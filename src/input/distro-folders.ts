import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { LabError } from '../core/errors.ts';
import { errnoOf } from '../platform/errno.ts';

/**
 * The `distros` folder of the labtui that is running: beside the package.json that names it, found upwards from `from`, so that
 * sources and bundle find the same. null where there is none.
 */
export function packagedDistros(from = fileURLToPath(import.meta.url)): string | null {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const folderDistros = join(folder, 'distros');
    if (isLabtui(join(folder, 'package.json')) && existsSync(folderDistros)) return folderDistros;
    if (folder === dirname(folder)) return null;
  }
}

const packageName = z.object({ name: z.literal('labtui') });

function isLabtui(packageFile: string): boolean {
  try {
    return packageName.safeParse(JSON.parse(readFileSync(packageFile, 'utf8'))).success;
  } catch {
    return false;
  }
}

/** Names of the distributions that a folder has a file for, sorted; empty where there is no such folder. */
export function distroNamesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => file.slice(0, -'.yaml'.length))
      .filter((name) => distroNamePattern.test(name))
      .sort();
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    if (code === null) throw error;
    throw new LabError({ kind: 'invalid-input', summary: `${folder} cannot be read (${code})`, hint: `ls -ld ${folder}` }, { cause: error });
  }
}

/** What a distribution may be called: safe as a file name, nothing that leaves the folder. */
export const distroNamePattern = /^[a-z0-9][a-z0-9.-]*$/;
