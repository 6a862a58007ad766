import type { CloudId } from '../core/clouds.ts';
import { didYouMean } from '../core/suggest.ts';
import type { Path } from './schema-keys.ts';
import { parseYaml } from './yaml-document.ts';

/** What one flag says, or why it says nothing. */
export type Reading = { readonly settings: readonly Setting[] } | { readonly text: string; readonly message: string; readonly allowed?: readonly string[] };

export interface Setting {
  readonly path: Path;
  readonly value: unknown;
  /** The part of the flag's text that this comes from. */
  readonly text: string;
  readonly textOf?: (path: Path) => string | null;
}

/** Reads all texts given for one flag: one for each time it was repeated, one for a variable. `clouds`: those that may be named. */
export type Reader = (texts: readonly string[], clouds: readonly CloudId[]) => Reading;

type Converted = { readonly value: unknown } | { readonly message: string };

/** The texts of a parsed option: none where it was not given. */
export function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => textsOf(item));
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}

/** A flag with one value: the last one given. */
export function single(path: Path, convert: (text: string) => Converted = (text) => ({ value: text })): Reader {
  return (texts) => {
    const text = texts.at(-1) ?? '';
    const converted = convert(text.trim());
    return 'message' in converted ? { text, message: converted.message } : { settings: [{ path, value: converted.value, text }] };
  };
}

export function wholeNumber(text: string): Converted {
  return /^\d{1,9}$/.test(text) ? { value: Number(text) } : { message: 'expected a whole number' };
}

export function price(text: string): Converted {
  return /^\d*\.?\d+$/.test(text) ? { value: Number(text) } : { message: 'expected a price per hour such as 0.05' };
}

export function gigabytes(text: string): Converted {
  const [, amount] = /^(\d{1,9}) ?(?:g|gb|gib)?$/i.exec(text) ?? [];
  return amount === undefined ? { message: 'expected a size in GB such as 40' } : { value: Number(amount) };
}

export function orNone(text: string): Converted {
  return { value: text === 'none' ? null : text };
}

/** The contract's words for yes and no (1, true, yes, on; 0, false, no, off, nothing); null for another word. */
export function parseBoolean(text: string): boolean | null {
  if (/^(?:1|true|yes|on)$/i.test(text.trim())) return true;
  return /^(?:0|false|no|off|)$/i.test(text.trim()) ? false : null;
}

export function yesOrNo(text: string): Converted {
  const value = parseBoolean(text);
  return value === null ? { message: 'expected 1 or 0, true or false' } : { value };
}

/** A flag with one or several values: a list only where there are several. */
export function list(path: Path): Reader {
  return (texts) => {
    const items = itemsOf(texts);
    const text = items.join(',');
    return items.length === 0 ? { text, message: 'must not be empty' } : { settings: [{ path, value: items.length === 1 ? text : items, text }] };
  };
}

/** `t3.large`, or `aws=t3.large,gcp=e2-medium`. */
export function perCloud(path: Path): Reader {
  return (texts, clouds) => {
    const items = itemsOf(texts);
    const text = items.join(',');
    const pairs = items.map((item) => ({ item, cut: item.indexOf('=') }));
    if (pairs.length === 0) return { text, message: 'must not be empty' };
    if (pairs.every(({ cut }) => cut === -1)) {
      return items.length === 1 ? { settings: [{ path, value: text, text }] } : { text, message: 'expected one value, or one for each cloud such as aws=...' };
    }
    const settings: Setting[] = [];
    for (const { item, cut } of pairs) {
      const cloud = item.slice(0, Math.max(0, cut));
      if (cut === -1) return { text: item, message: 'expected one for each cloud, such as aws=..., as with the others' };
      if (!clouds.includes(cloud)) return { text: item, message: `unknown cloud "${cloud}"${didYouMean(cloud, clouds)}`, allowed: clouds };
      settings.push({ path: [...path, cloud], value: item.slice(cut + 1), text: item });
    }
    return { settings };
  };
}

/** `key=value`, as tags. */
export const tags: Reader = (texts) => {
  const settings: Setting[] = [];
  for (const text of itemsOf(texts)) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (key === undefined || key === '__proto__') return { text, message: 'expected key=value' };
    settings.push({ path: ['tags', key], value, text });
  }
  return { settings };
};

/** `path=value`, the path with dots, the value as in YAML. */
export const anyField: Reader = (texts) => {
  const settings: Setting[] = [];
  for (const text of texts.flatMap((one) => one.split(/,(?=\s*[A-Za-z][\w.-]*=)/)).map((one) => one.trim())) {
    const [, dottedPath, written = ''] = /^([A-Za-z][^=\s]*)=(.*)$/s.exec(text) ?? [];
    if (dottedPath === undefined || dottedPath.includes('__proto__')) return { text, message: 'expected path=value, such as ssh.port=2222' };
    const parsed = parseYaml(written);
    if (!parsed.ok) return { text, message: parsed.problem.message };
    // A tag's own key may have dots in it.
    const path = dottedPath.startsWith('tags.') ? ['tags', dottedPath.slice('tags.'.length)] : dottedPath.split('.');
    settings.push({ path, value: parsed.document.value, text, textOf: parsed.document.textOf });
  }
  return { settings };
};

function itemsOf(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.split(',')).map((item) => item.trim()).filter((item) => item !== '');
}
