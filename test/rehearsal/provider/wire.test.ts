import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { calls } from '../../../src/plugin/wire/messages.ts';
import { byName, bytes, chosenInteger, chosenText, flag, integer, many, message, one, text } from '../../../src/plugin/wire/protobuf.ts';

// The same messages twice: ours, and a protocol buffers library's.
const leaf = message({ name: text(1), on: flag(2), count: integer(3), raw: bytes(16), pick: chosenText(200), other: chosenInteger(5) });
const tree = message({ leaf: one(1, () => leaf), leaves: many(2, () => leaf), named: byName(3, () => leaf) });

const reference = protobuf.parse(`
  syntax = "proto3";
  message Leaf { string name = 1; bool on = 2; int64 count = 3; bytes raw = 16; oneof choice { string pick = 200; int64 other = 5; } }
  message Tree { Leaf leaf = 1; repeated Leaf leaves = 2; map<string, Leaf> named = 3; }
`).root.lookupType('Tree');

const leaves = fc.record({
  name: fc.string({ unit: 'grapheme' }),
  on: fc.boolean(),
  count: fc.maxSafeNat(),
  raw: fc.uint8Array({ maxLength: 300 }),
  pick: fc.constant(null),
  other: fc.option(fc.nat()),
});
const trees = fc.record({
  leaf: fc.option(leaves),
  leaves: fc.array(leaves, { maxLength: 3 }),
  named: fc.dictionary(fc.string().filter((name) => name !== '__proto__'), leaves, { maxKeys: 3, noNullPrototype: true }),
});

describe('protocol buffers', () => {
  it('are read by a library as they were written here', () => {
    fc.assert(fc.property(trees, (content) => {
      const read = reference.toObject(reference.decode(tree.encode(content)), { longs: Number, defaults: true });
      const plain = tree.decode(reference.encode(reference.fromObject(read)).finish());
      const plainData = (value: object): unknown => JSON.parse(JSON.stringify(value, function (this: Record<string, unknown>, name, item: unknown) {
        return this[name] instanceof Uint8Array ? [...this[name]] : item;
      }));
      expect(plainData(plain)).toEqual(plainData(content));
    }), { numRuns: 300 });
  });

  it('distinguish what was chosen as 0 or empty from what was not chosen', () => {
    expect(leaf.decode(leaf.encode({ other: 0 }))).toMatchObject({ other: 0, pick: null });
    expect(leaf.decode(leaf.encode({ pick: '' }))).toMatchObject({ other: null, pick: '' });
  });

  it('skip fields of a newer protocol, and refuse what is cut off', () => {
    const newer = message({ name: text(1), later: text(77), more: many(78, () => leaf), number: integer(79) });
    const encoded = newer.encode({ name: 'a', later: 'b', more: [{ name: 'c' }], number: 5 });
    expect(message({ name: text(1) }).decode(encoded)).toEqual({ name: 'a' });
    expect(() => newer.decode(encoded.subarray(0, 5))).toThrow(RangeError);
  });

  it('carry a whole plan', () => {
    const { response } = calls.PlanResourceChange;
    const decoded = response.decode(response.encode({ requiresReplace: [{ steps: [{ attributeName: 'disk' }, { elementKeyInt: 0 }] }], legacyTypeSystem: true }));
    expect(decoded).toMatchObject({ legacyTypeSystem: true, plannedState: null, requiresReplace: [{ steps: [{ attributeName: 'disk', elementKeyInt: null }, { elementKeyInt: 0 }] }] });
  });
});
