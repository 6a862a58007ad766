import { type Attributes, type ResourceBehaviour, unknown, type Value } from '../behaviour.ts';
import type { AttributeSchema, BlockNesting, BlockSchema, NestedBlock } from '../schema/block-schema.ts';
import { equalBy, sameValue } from '../value/same-value.ts';
import { isList, isMap, isZero } from '../value/value-kinds.ts';
import type { CtyType } from '../value/cty-type.ts';
import { below } from './schema-paths.ts';

/** What a resource plans beyond its schema. */
export type PlanRules = Pick<ResourceBehaviour, 'defaults' | 'computedBlocks'>;

/**
 * What a provider plans by its schema: what the configuration sets; where it is silent, the default; else, of computed
 * attributes, the prior value, and unknown where there is none. Members of sets keep the prior values of the element that
 * agrees with all that the configuration says.
 */
export function plannedState(block: BlockSchema, config: Attributes, prior: Attributes | null, rules: PlanRules): Attributes {
  return planBlock(block, config, prior, rules, '');
}

function planBlock({ attributes, blocks }: BlockSchema, config: Attributes, prior: Attributes | null, rules: PlanRules, path: string): Attributes {
  return {
    ...planAttributes(attributes, config, prior, rules, path),
    ...Object.fromEntries(
      Object.entries(blocks).map(([name, nested]) => [name, planNested(nested, config[name] ?? null, prior?.[name], rules, below(path, name))]),
    ),
  };
}

function planAttributes(attributes: Readonly<Record<string, AttributeSchema>>, config: Attributes, prior: Attributes | null, rules: PlanRules, path: string): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [name, planAttribute(attribute, config[name] ?? null, prior === null ? undefined : (prior[name] ?? null), rules, below(path, name))]),
  );
}

/** `prior` is undefined where what the attribute belongs to is new. */
function planAttribute(attribute: AttributeSchema, config: Value, prior: Value | undefined, rules: PlanRules, path: string): Value {
  const { computed, nested, type, writeOnly } = attribute;
  if (writeOnly) return null;
  if (config !== null) {
    if (nested !== null) return planElements(nested.nesting, type, config, prior, (item, before) => planAttributes(nested.attributes, item, before, rules, path));
    // The SDK cannot tell null from empty inside of a value, and so plans no change there.
    return prior !== undefined && isMapOrList(prior) && equalBy(type, config, prior, (a, b) => isZero(a) && isZero(b)) ? prior : config;
  }
  const fallback = rules.defaults?.[path];
  if (computed) return prior !== undefined ? prior : (fallback ?? unknown);
  return fallback ?? (prior !== undefined && isZero(prior) ? prior : null);
}

const isMapOrList = (value: Value): boolean => isList(value) || isMap(value);

function planNested({ nesting, block, type }: NestedBlock, config: Value, prior: Value | undefined, rules: PlanRules, path: string): Value {
  const silent = config === null || (isList(config) && config.length === 0) || (nesting === 'map' && isZero(config));
  if (silent && rules.computedBlocks?.includes(path) === true) return prior ?? unknown;
  return planElements(nesting, type, config, prior, (item, before) => planBlock(block, item, before, rules, path));
}

type PlanElement = (config: Attributes, prior: Attributes | null) => Attributes;

/** Plans each element of a block or a nested attribute with the prior one that it continues. */
function planElements(nesting: BlockNesting, type: CtyType, config: Value, prior: Value | undefined, plan: PlanElement): Value {
  switch (nesting) {
    case 'single':
    case 'group':
      return isMap(config) ? plan(config, isMap(prior) ? prior : null) : config;
    case 'list':
      return isList(config) ? config.map((item, at) => planItem(item, isList(prior) ? prior[at] : undefined, plan)) : config;
    case 'map':
      return isMap(config) ? Object.fromEntries(Object.entries(config).map(([key, item]) => [key, planItem(item, isMap(prior) ? prior[key] : undefined, plan)])) : config;
    case 'set':
      return isList(config) ? planSet(type, config, isList(prior) ? prior : [], plan) : config;
  }
}

const planItem = (config: Value, prior: Value | undefined, plan: PlanElement): Value => (isMap(config) ? plan(config, isMap(prior) ? prior : null) : config);

/** A prior element goes on where planning it anew would change nothing. */
function planSet(type: CtyType, config: readonly Value[], prior: readonly Value[], plan: PlanElement): Value {
  const element: CtyType = type.kind === 'set' ? type.element : { kind: 'dynamic' };
  const left = [...prior];
  return config.map((item) => {
    if (!isMap(item)) return item;
    const at = left.findIndex((before) => isMap(before) && sameValue(element, plan(item, before), before));
    return at === -1 ? plan(item, null) : (left.splice(at, 1)[0] ?? null);
  });
}
