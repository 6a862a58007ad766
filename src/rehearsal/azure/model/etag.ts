import { createHash } from 'node:crypto';
import type { JsonObject } from '../../engine/json.ts';
import { uuidOf } from './subscription.ts';

/** What Microsoft.Network calls a version of a document: another one with each change of what it says. */
export function etagOf(document: JsonObject): string {
  return `W/"${uuidOf(createHash('sha256').update(JSON.stringify(document)).digest('hex').slice(0, 32))}"`;
}
