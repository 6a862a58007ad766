import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program is on PATH; null where it is not. */
export function onPath(name: string, environment: Readonly<Record<string, string | undefined>>): string | null {
  for (const directory of (environment.PATH ?? '').split(delimiter)) {
    if (directory === '') continue;
    const file = join(directory, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not there, or not ours to run: the next folder may have it.
    }
  }
  return null;
}
