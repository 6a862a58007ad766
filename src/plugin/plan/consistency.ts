import { type Attributes, unknown, type Value } from '../behaviour.ts';
import type { CtyType } from '../value/cty-type.ts';
import { sameNumber } from '../value/decimal.ts';
import { elementType, sameElements } from '../value/same-value.ts';
import { isList, isMap, isZero } from '../value/value-kinds.ts';

export interface Inconsistency {
  readonly path: readonly (string | number)[];
  readonly problem: string;
}

/** Where the state after an apply is not what was planned, or still unknown. Null and empty count as the same, as for the SDK. */
export function inconsistencies(type: CtyType, planned: Attributes, actual: Attributes): readonly Inconsistency[] {
  return compare(type, planned, actual, []);
}

function compare(type: CtyType, planned: Value, actual: Value, path: Inconsistency['path']): readonly Inconsistency[] {
  if (actual === unknown) return [{ path, problem: 'it is still unknown after the apply' }];
  if (planned === unknown) return remaining(actual, path);
  if (planned === actual || (isZero(planned) && isZero(actual))) return [];
  if (type.kind === 'number' && sameNumber(planned, actual)) return [];
  if (isList(planned) && isList(actual)) {
    if (type.kind === 'set') {
      const alike = (a: Value, b: Value): boolean => compare(type.element, a, b, []).length === 0;
      return planned.includes(unknown) || sameElements(planned, actual, alike) ? [] : [differs(planned, actual, path)];
    }
    if (planned.length !== actual.length) return [differs(planned, actual, path)];
    return planned.flatMap((item, at) => compare(elementType(type, at), item, actual[at] ?? null, [...path, at]));
  }
  if (isMap(planned) && isMap(actual)) {
    const names = new Set([...Object.keys(planned), ...Object.keys(actual)]);
    return [...names].flatMap((name) => compare(elementType(type, name), planned[name] ?? null, actual[name] ?? null, [...path, name]));
  }
  return [differs(planned, actual, path)];
}

function remaining(value: Value, path: Inconsistency['path']): readonly Inconsistency[] {
  if (value === unknown) return [{ path, problem: 'it is still unknown after the apply' }];
  if (isList(value)) return value.flatMap((item, at) => remaining(item, [...path, at]));
  return isMap(value) ? Object.entries(value).flatMap(([name, item]) => remaining(item, [...path, name])) : [];
}

const differs = (planned: Value, actual: Value, path: Inconsistency['path']): Inconsistency => ({ path, problem: `planned was ${show(planned)}, now it is ${show(actual)}` });

/** Values in a message, long ones cut. */
const show = (value: Value): string => {
  const text = JSON.stringify(value, (_, item: unknown) => (item === unknown ? '(unknown)' : item));
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
};
