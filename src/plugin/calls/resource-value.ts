import type { Attributes, Value } from '../behaviour.ts';
import type { BlockSchema } from '../schema/block-schema.ts';
import { complete } from '../plan/complete.ts';
import { decodeValue, encodeValue } from '../value/dynamic-value.ts';
import { ValueError } from '../value/value-error.ts';
import { isMap } from '../value/value-kinds.ts';
import type { DynamicValue } from '../wire/messages.ts';

const nothing = new Uint8Array();

/** The object of a block that Terraform sent; null: there is none (nothing prior, or nothing planned). */
export function decodeBlock({ type }: BlockSchema, sent: DynamicValue | null): Attributes | null {
  const value: Value = sent === null ? null : decodeValue(type, { msgpack: sent.msgpack ?? nothing, json: sent.json ?? nothing });
  if (value === null) return null;
  if (!isMap(value)) throw new ValueError('an object was expected', []);
  return value;
}

/** A resource's state or plan for Terraform; names that are not there are null. */
export function encodeBlock(block: BlockSchema, value: Attributes | null): DynamicValue {
  return { msgpack: encodeValue(block.type, value === null ? null : complete(block, value)) };
}
