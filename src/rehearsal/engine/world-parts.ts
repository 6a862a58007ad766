import { openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../platform/errno.ts';

export function partFile(directory: string, part: number): string {
  return join(directory, `journal-${part}.ndjson`);
}

export function snapshotFile(directory: string, part: number): string {
  return join(directory, `snapshot-${part}.json`);
}

export function openPart(directory: string, part: number): number {
  return openSync(partFile(directory, part), 'a+', 0o600);
}

/** The part it comes before; 1: there is none. */
export function newestSnapshot(directory: string): number {
  const parts = readdirSync(directory).map((name) => Number(/^snapshot-(\d+)\.json$/.exec(name)?.[1] ?? 1));
  return Math.max(1, ...parts);
}

/** The whole ones of a part; none where it is missing. */
export function linesOf(directory: string, part: number): readonly string[] {
  try {
    return readFileSync(partFile(directory, part), 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
