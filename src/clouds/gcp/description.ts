import { tagKeys } from '../../core/tags.ts';

type Texts = Readonly<Record<string, string>>;

/** Compute Engine's limit of a description (API reference, `networks`: 2048 characters on one line). */
const longest = 2_048;

/** What stands in it, in this order: the marker first, so that it is known by its beginning. */
const kept = [tagKeys.marker, tagKeys.session, tagKeys.created, tagKeys.expires, tagKeys.owner];

/**
 * labtui's tags as the description of what can carry no label: `labtui=true labtui-session-id=... labtui-owner=me@here`. Everything but
 * plain characters becomes `%` and two hexadecimal digits a byte. A value that would not fit is left out.
 */
export function descriptionOf(tags: Texts): string {
  return kept.reduce((text, key) => {
    const value = tags[key];
    const next = value === undefined ? text : `${text}${text === '' ? '' : ' '}${key}=${escaped(value)}`;
    return next.length > longest ? text : next;
  }, '');
}

/** The tags in a description; null: it is none of labtui's. Undoes `descriptionOf`. */
export function tagsInDescription(description: string): Record<string, string> | null {
  if (!/^labtui=true(?: |$)/.test(description)) return null;
  const pairs = description.split(' ').map((pair) => [pair.slice(0, pair.indexOf('=')), unescaped(pair.slice(pair.indexOf('=') + 1))] as const);
  return Object.fromEntries(pairs.filter(([key]) => kept.some((one) => one === key)));
}

function escaped(text: string): string {
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[!-$&-~]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}

function unescaped(text: string): string {
  const bytes = Array.from(text.matchAll(/%([0-9a-f]{2})|[^]/g), ([character, hex]) => (hex === undefined ? character.charCodeAt(0) : Number.parseInt(hex, 16)));
  return Buffer.from(bytes).toString('utf8');
}
