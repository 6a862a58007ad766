import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '../platform/errno.ts';
import { lockFileName } from './lock-seed.ts';

/** Full source address to version, from the stack's lock file; empty before init and where no provider is downloaded. */
export async function readProviderVersions(directory: string): Promise<Readonly<Record<string, string>>> {
  let text: string;
  try {
    text = await readFile(path.join(directory, lockFileName), 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return {};
    throw error;
  }
  const found: Record<string, string> = {};
  for (const [, source, body] of text.matchAll(/^provider "([^"]+)" \{\n([\s\S]*?)^\}/gm)) {
    const version = /^\s*version\s*=\s*"([^"]+)"/m.exec(body ?? '')?.[1];
    if (source !== undefined && version !== undefined) found[source] = version;
  }
  return found;
}
