import { readFile } from 'node:fs/promises';
import { errnoOf } from './errno.ts';

/** A file's text; null: there is no such file. Rejects with the system's error where it cannot be read. */
export async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
