import { createHash } from 'node:crypto';
import * as z from 'zod';

/** The tag that holds a machine's name, besides the session's own. */
export const machineKey = 'labtui-machine';
/** The metadata entry that holds the tags as they are, as JSON. */
export const tagsEntry = 'labtui-tags';

type Texts = Readonly<Record<string, string>>;

/** Keys and values of labels: small letters, digits, _ and -; a key begins with a letter. At most 64 labels. */
const longest = 63;
const digestLength = 12;
const plain = /[a-z0-9-]/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const timeLabel = /^(\d{4}-\d\d-\d\d)t(\d\d)-(\d\d)-(\d\d)(?:-(\d{1,9}))?z$/;
/** What no encoding has inside: before a key that would not begin with a letter, and before the digest of what was cut. */
const keyStart = 't__';
const cutMark = '__';

/**
 * Tags as labels. Whatever is outside of the alphabet becomes `_` and two hexadecimal digits a byte, but a time stays readable
 * (`2026-11-20t10-00-00z`). What is longer than a label is cut and ends in its digest: only `tagsOf` with the metadata has it whole.
 */
export function labelsOf(tags: Texts): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [keyLabel(key), valueLabel(value)]));
}

/** The value of a label that stands for this text: for a filter. */
export function valueLabel(value: string): string {
  if (time.test(value)) return value.toLowerCase().replace(/[:.]/g, '-');
  const label = timeLabel.test(value) ? `${escaped(value.slice(0, 1), true)}${escaped(value.slice(1))}` : escaped(value);
  return fitting(label, value);
}

function keyLabel(key: string): string {
  const label = escaped(key);
  return fitting(/^[a-z]/.test(label) ? label : `${keyStart}${label}`, key);
}

function escaped(text: string, all = false): string {
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    return !all && plain.test(character) ? character : `_${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}

function fitting(label: string, text: string): string {
  if (label.length <= longest) return label;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, digestLength);
  const kept = label.slice(0, longest - cutMark.length - digestLength).replace(/_[0-9a-f]?$/, '');
  return `${kept}${cutMark}${digest}`;
}

/** A label's text; null where it was cut. Undoes `labelsOf` for one value. */
export function textOfLabel(label: string): string | null {
  const [, day, hours, minutes, seconds, fraction] = timeLabel.exec(label) ?? [];
  if (day !== undefined) return `${day}T${hours ?? ''}:${minutes ?? ''}:${seconds ?? ''}${fraction === undefined ? '' : `.${fraction}`}Z`;
  return unescaped(label);
}

function unescaped(label: string): string | null {
  if (label.includes(cutMark)) return null;
  const bytes = Array.from(label.matchAll(/_([0-9a-f]{2})|[^_]/g), ([character, hex]) =>
    hex === undefined ? character.charCodeAt(0) : Number.parseInt(hex, 16),
  );
  return Buffer.from(bytes).toString('utf8');
}

const written = z.record(z.string(), z.string());

/** A machine's exact tags: from its metadata, or as far as labels alone tell them, without those that were cut. */
export function tagsOf(labels: Texts, metadata: Texts = {}): Record<string, string> {
  const exact = tagsIn(metadata[tagsEntry]);
  if (exact !== null) return exact;
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) => {
      const tag = [unescaped(key.startsWith(keyStart) ? key.slice(keyStart.length) : key), textOfLabel(value)] as const;
      return tag[0] === null || tag[1] === null ? [] : [[tag[0], tag[1]] as const];
    }),
  );
}

/** The text of the metadata entry. */
export function tagsText(tags: Texts): string {
  return JSON.stringify(Object.fromEntries(Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

function tagsIn(text: string | undefined): Record<string, string> | null {
  if (text === undefined) return null;
  try {
    return written.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
