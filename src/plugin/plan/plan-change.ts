import type { Attributes, ProviderContext, ResourceBehaviour } from '../behaviour.ts';
import type { ResourceSchema } from '../schema/block-schema.ts';
import { complete } from './complete.ts';
import { plannedState } from './planned-state.ts';
import { type AttributePath, replacingPaths } from './replacement.ts';

export interface PlannedChange {
  readonly planned: Attributes;
  readonly requiresReplace: readonly AttributePath[];
}

/** Plans a creation (`prior` null) or an update: schema rules, then the behaviour's last word, then what forces replacement. */
export function planChange(
  schema: ResourceSchema,
  behaviour: ResourceBehaviour,
  { config, prior }: { readonly config: Attributes; readonly prior: Attributes | null },
  context: ProviderContext,
): PlannedChange {
  const bySchema = plannedState(schema.block, config, prior, behaviour);
  const planned = behaviour.plan === undefined ? bySchema : complete(schema.block, behaviour.plan({ prior, config, planned: bySchema }, context));
  if (prior === null) return { planned, requiresReplace: [] };
  return { planned, requiresReplace: replacingPaths(schema.block.type, prior, planned, replacedBy(schema, behaviour)) };
}

/** A resource that cannot be updated is replaced by every change, as the SDK asks of its schema; timeouts are nobody's. */
function replacedBy(schema: ResourceSchema, behaviour: ResourceBehaviour): readonly string[] {
  const named = [...schema.forcesReplacement, ...(behaviour.replacedBy ?? [])];
  if (behaviour.update !== undefined) return named;
  const { attributes, blocks } = schema.block;
  return [...named, ...[...Object.keys(attributes), ...Object.keys(blocks)].filter((name) => name !== 'timeouts')];
}
