import { type Attributes, unknown, type Value } from '../behaviour.ts';
import type { BlockSchema, NestedBlock } from '../schema/block-schema.ts';
import { ValueError } from '../value/value-error.ts';
import { isList, isMap } from '../value/value-kinds.ts';

/**
 * The same with every name of the schema: attributes that are not there are null, blocks that are not there none. Throws
 * a ValueError for a name that the schema does not have.
 */
export function complete(block: BlockSchema, value: Attributes, path: readonly (string | number)[] = []): Attributes {
  const stray = Object.keys(value).find((name) => !Object.hasOwn(block.attributes, name) && !Object.hasOwn(block.blocks, name));
  if (stray !== undefined) throw new ValueError('the schema has no attribute of this name', [...path, stray]);
  return Object.fromEntries([
    ...Object.keys(block.attributes).map((name): [string, Value] => [name, value[name] ?? null]),
    ...Object.entries(block.blocks).map(([name, nested]): [string, Value] => [name, completeNested(nested, value[name], [...path, name])]),
  ]);
}

function completeNested({ nesting, block }: NestedBlock, value: Value | undefined, path: readonly (string | number)[]): Value {
  if (value === unknown) return value;
  const inner = (item: Value, at: string | number): Value => (isMap(item) ? complete(block, item, [...path, at]) : item);
  switch (nesting) {
    case 'list':
    case 'set':
      return isList(value) ? value.map(inner) : [];
    case 'map':
      return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item, key)])) : {};
    case 'single':
      return isMap(value) ? complete(block, value, path) : null;
    case 'group':
      return complete(block, isMap(value) ? value : {}, path);
  }
}
