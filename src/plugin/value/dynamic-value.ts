import { decode, encode, ExtData, ExtensionCodec } from '@msgpack/msgpack';
import { unknown, type Value } from '../behaviour.ts';
import { type CtyType, typeToJson } from './cty-type.ts';
import { numberToText, quoteBigNumbers } from './decimal.ts';
import { readValue } from './read-value.ts';
import { ValueError } from './value-error.ts';
import { isList, isMap } from './value-kinds.ts';

type Path = readonly (string | number)[];

/** Unknown values are msgpack's extension 0; 12 is one of which something is known already (not null, a prefix). */
const extensions = new ExtensionCodec();
for (const type of [0, 12]) extensions.register({ type, encode: () => null, decode: () => unknown });
const unknownExtension = new ExtData(0, new Uint8Array([0]));

/** A value as it goes over the wire in a DynamicValue's `msgpack`. Throws a ValueError where it is not of that type. */
export function encodeValue(type: CtyType, value: Value): Uint8Array {
  return encode(toWire(type, value, []), { useBigInt64: true });
}

/** What Terraform sent: msgpack, or JSON in old states. Throws a ValueError where it is not of that type. */
export function decodeValue(type: CtyType, { msgpack, json }: { readonly msgpack: Uint8Array; readonly json: Uint8Array }): Value {
  if (msgpack.length > 0) return readValue(type, decode(msgpack, { extensionCodec: extensions, useBigInt64: true }));
  return json.length > 0 ? decodeJson(type, json) : null;
}

/** A value from the JSON that a state file has. */
export function decodeJson(type: CtyType, json: Uint8Array): Value {
  const parsed: unknown = JSON.parse(quoteBigNumbers(Buffer.from(json).toString('utf8')));
  return readValue(type, parsed);
}

function toWire(type: CtyType, value: Value, path: Path): unknown {
  if (value === unknown) return unknownExtension;
  if (value === null) return null;
  const wrong = (): ValueError => new ValueError(`a ${type.kind} was expected, not ${JSON.stringify(value)}`, path);
  switch (type.kind) {
    case 'string':
      if (typeof value !== 'string') throw wrong();
      return value;
    case 'bool':
      if (typeof value !== 'boolean') throw wrong();
      return value;
    case 'number':
      return numberToWire(value, wrong);
    case 'list':
    case 'set':
      if (!isList(value)) throw wrong();
      return value.map((item, at) => toWire(type.element, item, [...path, at]));
    case 'tuple':
      if (!isList(value) || value.length !== type.elements.length) throw wrong();
      return type.elements.map((element, at) => toWire(element, value[at] ?? null, [...path, at]));
    case 'map':
      if (!isMap(value)) throw wrong();
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toWire(type.element, item, [...path, key])]));
    case 'object': {
      if (!isMap(value)) throw wrong();
      const stray = Object.keys(value).find((name) => !Object.hasOwn(type.attributes, name));
      if (stray !== undefined) throw new ValueError('the schema has no attribute of this name', [...path, stray]);
      return Object.fromEntries(Object.entries(type.attributes).map(([name, inner]) => [name, toWire(inner, value[name] ?? null, [...path, name])]));
    }
    case 'dynamic': {
      const found = typeOf(value);
      return [Buffer.from(JSON.stringify(typeToJson(found))), toWire(found, value, path)];
    }
  }
}

/** Fractions go as decimal text: as a double, 0.1 would not be the 0.1 of the configuration. */
function numberToWire(value: Value, wrong: () => ValueError): unknown {
  if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))) return value;
  if (typeof value !== 'number' || Number.isNaN(value)) throw wrong();
  return Number.isSafeInteger(value) ? (Object.is(value, -0) ? 0 : value) : Number.isFinite(value) ? numberToText(value) : value;
}

/** The type that a value of a dynamic attribute has by itself. */
function typeOf(value: Value): CtyType {
  if (typeof value === 'string') return { kind: 'string' };
  if (typeof value === 'number') return { kind: 'number' };
  if (typeof value === 'boolean') return { kind: 'bool' };
  if (isList(value)) return { kind: 'tuple', elements: value.map(typeOf) };
  if (isMap(value)) return { kind: 'object', attributes: Object.fromEntries(Object.entries(value).map(([name, item]) => [name, typeOf(item)])) };
  return { kind: 'dynamic' };
}
