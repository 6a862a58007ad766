import type { WireAttribute, WireBlock, WireNestedBlock, WireSchema } from '../wire/messages.ts';
import { type CtyType, typeToJson } from '../value/cty-type.ts';
import type { AttributeSchema, BlockSchema, NestedBlock, ResourceSchema } from './block-schema.ts';

const blockNestings = { single: 1, list: 2, set: 3, map: 4, group: 5 } as const;
const attributeNestings = { single: 1, list: 2, set: 3, map: 4 } as const;

/** A resource's schema as the protocol has it. */
export const resourceMessage = ({ version, block }: Pick<ResourceSchema, 'version' | 'block'>): WireSchema => ({ version, block: blockMessage(block, version) });

/** The provider block's schema. */
export const providerMessage = (block: BlockSchema): WireSchema => resourceMessage({ version: 0, block });

function blockMessage({ attributes, blocks, deprecated }: BlockSchema, version = 0): Partial<WireBlock> {
  return {
    version,
    deprecated,
    attributes: Object.entries(attributes).map(([name, attribute]) => attributeMessage(name, attribute)),
    blockTypes: Object.entries(blocks).map(([name, block]) => nestedBlockMessage(name, block)),
  };
}

const typeBytes = (type: CtyType): Uint8Array => Buffer.from(JSON.stringify(typeToJson(type)));

function attributeMessage(name: string, { type, nested, required, optional, computed, sensitive, deprecated, writeOnly }: AttributeSchema): Partial<WireAttribute> {
  const flags = { required, optional, computed, sensitive, deprecated, writeOnly };
  if (nested === null) return { name, type: typeBytes(type), ...flags };
  const attributes = Object.entries(nested.attributes).map(([inner, attribute]) => attributeMessage(inner, attribute));
  return { name, nestedType: { nesting: attributeNestings[nested.nesting], attributes }, ...flags };
}

const nestedBlockMessage = (typeName: string, { nesting, block, min, max }: NestedBlock): Partial<WireNestedBlock> => ({
  typeName,
  nesting: blockNestings[nesting],
  minItems: min,
  maxItems: max,
  block: blockMessage(block),
});
