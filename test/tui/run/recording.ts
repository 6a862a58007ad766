import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabEvent } from '../../../src/core/events.ts';

/** The events of a rehearsed run as labtui printed them with --json; debug lines are left out. */
export function recording(name: 'apply' | 'destroy' | 'quota'): readonly LabEvent[] {
  return readFileSync(join(import.meta.dirname, `${name}.ndjson`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LabEvent);
}
