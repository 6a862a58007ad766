import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A program of this labtui by its name in the bundle: beside the running code, or for the sources, in the bundle made from them. */
export function bundledFile(name: 'labtui.js' | 'rehearsal.js' | 'local.js'): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    for (const file of [join(folder, name), join(folder, 'dist', name)]) if (existsSync(file)) return file;
    if (folder === dirname(folder)) throw new Error(`${name} is missing: npm run build`);
  }
}
