import type { Attributes, ProviderDiagnostic, Value } from '../behaviour.ts';
import type { BlockSchema } from '../schema/block-schema.ts';
import { isList, isMap } from '../value/value-kinds.ts';

type Path = readonly (string | number)[];

/**
 * How often blocks may stand, in the words of Terraform's SDK. Terraform itself checks what is required and of what type;
 * it does not count again what a `dynamic` block makes.
 */
export function countBlocks({ blocks }: BlockSchema, config: Attributes, path: Path = []): readonly ProviderDiagnostic[] {
  return Object.entries(blocks).flatMap(([name, { block, min, max }]) => {
    const value = config[name] ?? null;
    const at = [...path, name];
    const inside = isList(value)
      ? value.flatMap((item, index) => countIn(block, item, [...at, index]))
      : countIn(block, value, at);
    return isList(value) ? [...counted(name, value.length, min, max, at), ...inside] : inside;
  });
}

const countIn = (block: BlockSchema, value: Value, path: Path): readonly ProviderDiagnostic[] => (isMap(value) ? countBlocks(block, value, path) : []);

function counted(name: string, count: number, min: number, max: number, path: Path): readonly ProviderDiagnostic[] {
  if (max > 0 && count > max) return [problem('Too many list items', `Attribute ${name} supports ${max} item maximum, but config has ${count} declared.`, path)];
  if (count < min) return [problem('Not enough list items', `Attribute ${name} requires ${min} item minimum, but config has only ${count} declared.`, path)];
  return [];
}

const problem = (summary: string, detail: string, path: Path): ProviderDiagnostic => ({ severity: 'error', summary, detail, path });
