import { createHash } from 'node:crypto';
import type { Json } from '../../engine/json.ts';

/** What Compute Engine shows for empty labels, tags and metadata. */
const emptyFingerprint = '42WmSpB8rSM=';

/** Eight bytes of base64 that change with the content: labels, tags and metadata carry one against lost updates. */
export function fingerprintOf(content: Json): string {
  const written = JSON.stringify(content);
  if (written === '{}' || written === '[]') return emptyFingerprint;
  return createHash('sha256').update(written).digest().subarray(0, 8).toString('base64');
}

const sorted = (map: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

export const labelFingerprint = (labels: Readonly<Record<string, string>>): string => fingerprintOf(sorted(labels));
