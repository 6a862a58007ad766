import type { JsonObject } from '../../engine/json.ts';
import { texts } from './fields.ts';
import { fingerprintOf } from './fingerprint.ts';
import { isName } from './names.ts';
import { badName, invalid } from './refuse.ts';

/** An instance's network tags, checked. */
export function readTags(tags: JsonObject | null, field: string): readonly string[] {
  const items = [...new Set(texts(tags ?? {}, 'items'))];
  if (items.length > 64) throw invalid(field, '', 'The number of tags exceeds the limit of 64.');
  for (const [at, tag] of items.entries()) if (!isName(tag)) throw badName(`${field}.items[${at}]`, tag);
  return items;
}

export const tagsView = (items: readonly string[]): JsonObject => ({ fingerprint: fingerprintOf(items), ...(items.length === 0 ? {} : { items }) });
