import type { Attributes, Value } from '../behaviour.ts';
import { elementType, sameElements, sameValue } from '../value/same-value.ts';
import { isList, isMap, isZero } from '../value/value-kinds.ts';
import type { CtyType } from '../value/cty-type.ts';

export type AttributePath = readonly (string | number)[];

/**
 * Which of these dotted paths an update really changes, as paths with the indexes that were found. A path ends
 * at a set (it cannot go into one) and at a map. A list of blocks of which paths inside are named too is replaced by
 * the number of its blocks alone, as by the SDK: `network_interface` does not stand for its `access_config`.
 */
export function replacingPaths(type: CtyType, prior: Attributes, planned: Attributes, dotted: readonly string[]): readonly AttributePath[] {
  const hasInner = (path: string): boolean => dotted.some((other) => other.startsWith(`${path}.`));
  const found = dotted.flatMap((path) => changed(type, prior, planned, path.split('.'), [], hasInner(path)));
  return [...new Map(found.map((path) => [JSON.stringify(path), path])).values()];
}

function changed(type: CtyType, prior: Value, planned: Value, names: readonly string[], at: AttributePath, byNumber = false): readonly AttributePath[] {
  if (names.length === 0 && byNumber && isList(prior) && isList(planned)) return prior.length === planned.length ? [] : [at];
  // What was never set and is not set now is no change, however it is written.
  if (names.length === 0 ? sameValue(type, prior, planned) || (isZero(prior) && isZero(planned)) : prior === planned) return [];
  if (names.length === 0) return [at];
  // Known before and not known now, or the other way round: all of it may change.
  if (typeof prior === 'symbol' || typeof planned === 'symbol') return [at];
  switch (type.kind) {
    case 'set': {
      const project = (value: Value): readonly Value[] => (isList(value) ? value.flatMap((item) => leaves(item, names)) : []);
      return sameElements(project(prior), project(planned), (a, b) => sameValue({ kind: 'dynamic' }, a, b)) ? [] : [at];
    }
    case 'list':
    case 'tuple': {
      const length = Math.max(isList(prior) ? prior.length : 0, isList(planned) ? planned.length : 0);
      return Array.from({ length }, (_, index) => index).flatMap((index) =>
        changed(elementType(type, index), item(prior, index), item(planned, index), names, [...at, index], byNumber),
      );
    }
    case 'map': {
      const keys = new Set([...Object.keys(isMap(prior) ? prior : {}), ...Object.keys(isMap(planned) ? planned : {})]);
      return [...keys].some((key) => changed(type.element, item(prior, key), item(planned, key), names, []).length > 0) ? [at] : [];
    }
    case 'object': {
      const [name = '', ...rest] = names;
      return changed(elementType(type, name), item(prior, name), item(planned, name), rest, [...at, name], byNumber);
    }
    case 'string':
    case 'number':
    case 'bool':
    case 'dynamic':
      return [];
  }
}

function item(value: Value, at: string | number): Value {
  if (isList(value)) return value[Number(at)] ?? null;
  return isMap(value) ? (value[at] ?? null) : null;
}

/** What is at that path in one element of a set, lists on the way opened. */
function leaves(value: Value, names: readonly string[]): readonly Value[] {
  const [name, ...rest] = names;
  if (isList(value)) return value.flatMap((inner) => leaves(inner, names));
  if (name === undefined) return isZero(value) ? [] : [value];
  return isMap(value) ? leaves(value[name] ?? null, rest) : [value];
}
