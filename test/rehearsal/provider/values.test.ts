import { encode, ExtData } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unknown, type Value } from '../../../src/plugin/behaviour.ts';
import { type CtyType, parseType, typeToJson } from '../../../src/plugin/value/cty-type.ts';
import { decodeJson, decodeValue, encodeValue } from '../../../src/plugin/value/dynamic-value.ts';
import { sameValue } from '../../../src/plugin/value/same-value.ts';
import { withoutUnknown } from '../../../src/plugin/value/value-kinds.ts';

const none = new Uint8Array();
const back = (type: CtyType, value: Value): Value => decodeValue(type, { msgpack: encodeValue(type, value), json: none });
const fromMsgpack = (type: unknown, raw: unknown): Value => decodeValue(parseType(type), { msgpack: encode(raw, { useBigInt64: true }), json: none });
const fromJson = (type: unknown, text: string): Value => decodeJson(parseType(type), Buffer.from(text));

/** msgpack refuses the key __proto__, and no name of a schema is one. */
const key = fc.string({ maxLength: 8 }).filter((name) => name !== '__proto__');

const types: fc.Arbitrary<CtyType> = fc.letrec<{ type: CtyType }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom<CtyType>({ kind: 'string' }, { kind: 'number' }, { kind: 'bool' }),
    fc.record({ kind: fc.constantFrom('list' as const, 'set' as const, 'map' as const), element: tie('type') }),
    fc.record({ kind: fc.constant('tuple' as const), elements: fc.array(tie('type'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('object' as const), attributes: fc.dictionary(key, tie('type'), { maxKeys: 4, noNullPrototype: true }) }),
  ),
})).type;

const bigNumber = fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }).map(String);

function valueOf(type: CtyType): fc.Arbitrary<Value> {
  const known = (): fc.Arbitrary<Value> => {
    switch (type.kind) {
      case 'string':
        return fc.string();
      case 'bool':
        return fc.boolean();
      case 'number':
        return fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)), bigNumber);
      case 'list':
      case 'set':
        return fc.array(valueOf(type.element), { maxLength: 4 });
      case 'map':
        return fc.dictionary(key, valueOf(type.element), { maxKeys: 4, noNullPrototype: true });
      case 'tuple':
        return fc.tuple(...type.elements.map(valueOf));
      case 'object':
        return fc.record(Object.fromEntries(Object.entries(type.attributes).map(([name, inner]) => [name, valueOf(inner)])), { noNullPrototype: true });
      case 'dynamic':
        return fc.oneof(fc.string(), fc.boolean());
    }
  };
  return fc.oneof({ weight: 8, arbitrary: known() }, { weight: 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constant<Value>(unknown) });
}

const typed = types.chain((type) => valueOf(type).map((value): { readonly type: CtyType; readonly value: Value } => ({ type, value })));

describe('a value on the wire', () => {
  it('comes back as it went, whatever its type', () => {
    fc.assert(fc.property(typed, ({ type, value }) => {
      const returned = back(type, value);
      expect(sameValue(type, returned, value)).toBe(true);
    }), { numRuns: 500 });
  });

  it('is what the state file has in JSON, when all is known', () => {
    fc.assert(fc.property(typed, ({ type, value }) => {
      const known = withoutUnknown(value);
      const text = JSON.stringify(known);
      // A tuple that lost an unknown element is not of its type any more.
      fc.pre(!JSON.stringify(typeToJson(type)).includes('"tuple"'));
      expect(sameValue(type, decodeJson(type, Buffer.from(text)), known)).toBe(true);
    }), { numRuns: 300 });
  });

  it('keeps every number exact: integers as such, fractions in decimal, big ones as text', () => {
    const number = { kind: 'number' } as const;
    expect(back(number, 0.1)).toBe(0.1);
    expect([...encodeValue(number, 0.1)]).toEqual([...encode('0.1')]);
    expect([...encodeValue(number, 300)]).toEqual([...encode(300)]);
    expect(back(number, '12345678901234567890123')).toBe('12345678901234567890123');
    expect(fromMsgpack('number', 2n ** 63n)).toBe('9223372036854775808');
    expect(fromMsgpack('number', 1.5)).toBe(1.5);
    expect(fromMsgpack('number', '0.10')).toBe(0.1);
    expect(fromMsgpack('number', '1e400')).toBe('1e400');
    expect(fromMsgpack('number', '0.12345678901234567890')).toBe('0.12345678901234567890');
    expect(fromJson(['list', 'number'], '[9007199254740993, 1.0, -3e2, 9007199254740992]')).toEqual(['9007199254740993', 1, -300, 9007199254740992]);
    expect(fromJson(['map', 'string'], '{"a": "9007199254740993", "b\\"1": "2"}')).toEqual({ a: '9007199254740993', 'b"1': '2' });
  });

  it('is unknown whether or not Terraform says more of it', () => {
    expect(fromMsgpack('string', new ExtData(0, new Uint8Array([0])))).toBe(unknown);
    expect(fromMsgpack(['object', { a: 'string' }], { a: new ExtData(12, encode(new Map([[1, false]]).size)) })).toEqual({ a: unknown });
    expect([...encodeValue({ kind: 'string' }, unknown)]).toEqual([0xd4, 0, 0]);
  });

  it('carries its type where the schema leaves it open', () => {
    const dynamic = { kind: 'dynamic' } as const;
    const values: readonly Value[] = ['a', 1, true, null, unknown, [1, 'a'], { a: [true], b: null }];
    for (const value of values) expect(back(dynamic, value)).toEqual(value);
    expect(fromJson('dynamic', '{"type":["list","string"],"value":["a"]}')).toEqual(['a']);
  });

  it('lacks nothing of an object, has nothing else, and is refused where it is of another type', () => {
    expect(fromJson(['object', { a: 'string', b: 'bool' }], '{"a":"x","gone":1}')).toEqual({ a: 'x', b: null });
    expect(() => fromJson(['object', { a: ['list', 'string'] }], '{"a":{"x":1}}')).toThrow('a list was expected');
    expect(() => encodeValue(parseType(['object', { a: 'string' }]), { a: 'x', b: 1 })).toThrow('no attribute of this name');
    expect(() => encodeValue(parseType(['list', 'string']), ['a', 1])).toThrow('a string was expected, not 1');
    expect(() => encodeValue({ kind: 'number' }, 'five')).toThrow('a number was expected');
  });

  it('equals another set in any order, and a list in its own only', () => {
    const set = parseType(['set', ['object', { a: 'number' }]]);
    expect(sameValue(set, [{ a: 1 }, { a: 2 }], [{ a: 2 }, { a: 1 }])).toBe(true);
    expect(sameValue(set, [{ a: 1 }, { a: 1 }], [{ a: 1 }, { a: 2 }])).toBe(false);
    expect(sameValue(parseType(['list', 'number']), [1, 2], [2, 1])).toBe(false);
  });
});

it('a type reads back from its JSON', () => {
  fc.assert(fc.property(types, (type) => {
    expect(parseType(JSON.parse(JSON.stringify(typeToJson(type))))).toEqual(type);
  }));
  expect(() => parseType(['heap', 'string'])).toThrow('not a type');
});
