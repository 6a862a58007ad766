import { unknown, type Value } from '../behaviour.ts';
import { type CtyType, parseType } from './cty-type.ts';
import { numberFromText } from './decimal.ts';
import { ValueError } from './value-error.ts';
import { isList } from './value-kinds.ts';

type Path = readonly (string | number)[];

/**
 * A value of that type from its decoded msgpack or JSON. Attributes that an object lacks are null, those that its type
 * does not know are dropped (a state of another version). Throws a ValueError where it is of another type.
 */
export function readValue(type: CtyType, raw: unknown, path: Path = []): Value {
  if (raw === null || raw === undefined) return null;
  if (raw === unknown) return unknown;
  const wrong = (): ValueError => new ValueError(`a ${type.kind} was expected, not ${Array.isArray(raw) ? 'a list' : `a ${typeof raw}`}`, path);
  switch (type.kind) {
    case 'string':
      if (typeof raw === 'string') return raw;
      throw wrong();
    case 'bool':
      if (typeof raw === 'boolean') return raw;
      // Old states have them as text.
      if (raw === 'true' || raw === 'false') return raw === 'true';
      throw wrong();
    case 'number':
      return readNumber(raw) ?? fail(wrong());
    case 'list':
    case 'set':
      if (!isRawList(raw)) throw wrong();
      return raw.map((item, at) => readValue(type.element, item, [...path, at]));
    case 'tuple':
      if (!isRawList(raw) || raw.length !== type.elements.length) throw wrong();
      return type.elements.map((element, at) => readValue(element, raw[at], [...path, at]));
    case 'map':
      if (!isRecord(raw)) throw wrong();
      return Object.fromEntries(Object.entries(raw).map(([key, item]) => [key, readValue(type.element, item, [...path, key])]));
    case 'object':
      if (!isRecord(raw)) throw wrong();
      return Object.fromEntries(Object.entries(type.attributes).map(([name, inner]) => [name, readValue(inner, own(raw, name), [...path, name])]));
    case 'dynamic':
      return readDynamic(raw, path);
  }
}

function readNumber(raw: unknown): number | string | null {
  if (typeof raw === 'number') return raw;
  if (typeof raw === 'bigint') return numberFromText(String(raw));
  return typeof raw === 'string' && /^[+-]?(?:\d|\.\d)[\d.]*(?:[eE][+-]?\d+)?$/.test(raw) ? numberFromText(raw) : null;
}

/** It comes with its type: `[type as JSON bytes, value]` in msgpack, `{ type, value }` in JSON. */
function readDynamic(raw: unknown, path: Path): Value {
  if (isRawList(raw) && raw.length === 2 && raw[0] instanceof Uint8Array) {
    return readValue(parseType(JSON.parse(Buffer.from(raw[0]).toString('utf8'))), raw[1], path);
  }
  if (isRecord(raw) && 'type' in raw && 'value' in raw) return readValue(parseType(raw.type), raw.value, path);
  throw new ValueError('a value with its type was expected', path);
}

const isRawList = (raw: unknown): raw is readonly unknown[] => isList(raw);
const isRecord = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !(raw instanceof Uint8Array);
const own = (raw: Readonly<Record<string, unknown>>, name: string): unknown => (Object.hasOwn(raw, name) ? raw[name] : null);

function fail(error: Error): never {
  throw error;
}
