import type { MarkedResource } from './cloud.ts';
import type { LeftResource } from './events.ts';
import { tagKeys } from './tags.ts';

/** What labtui's tags tell of a resource. */
export type Mark = Omit<MarkedResource, keyof LeftResource>;

/** The value of a tag, however the cloud keeps it; null or undefined: there is none. */
export type TagValue = (key: string) => string | null | undefined;

/** What a resource's tags tell; null: it does not carry labtui's marker, and is none of labtui's business. A time that is none is not told. */
export function markOf(value: TagValue): Mark | null {
  if (value(tagKeys.marker) !== 'true') return null;
  const expires = value(tagKeys.expires);
  return {
    sessionId: textOf(value(tagKeys.session)),
    owner: textOf(value(tagKeys.owner)),
    createdAt: timeOf(value(tagKeys.created)),
    expiresAt: expires === never ? never : timeOf(expires),
  };
}

/** The later of two deadlines: none at all is later than any. null: not told. */
export function laterOf(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  if (a === never || b === never) return never;
  return Date.parse(a) < Date.parse(b) ? b : a;
}

const never = 'never';

function textOf(text: string | null | undefined): string | null {
  return text == null || text === '' ? null : text;
}

function timeOf(text: string | null | undefined): string | null {
  return text != null && /^\d{4}-\d\d-\d\dT\d\d:\d\d.*Z$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}
