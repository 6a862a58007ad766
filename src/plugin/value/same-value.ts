import type { Value } from '../behaviour.ts';
import type { CtyType } from './cty-type.ts';
import { sameNumber } from './decimal.ts';
import { isList, isMap } from './value-kinds.ts';

/** Whether two values of that type are equal; sets have no order. Unknown equals unknown only. */
export function sameValue(type: CtyType, a: Value, b: Value): boolean {
  return equalBy(type, a, b, (left, right, { kind }) => kind === 'number' && sameNumber(left, right));
}

/** The same with one's own idea of what else is equal, asked for each pair that is not two lists or two objects. */
export function equalBy(type: CtyType, a: Value, b: Value, alike: (a: Value, b: Value, type: CtyType) => boolean): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) {
    const element = (at: number): CtyType => elementType(type, at);
    if (type.kind === 'set') return sameElements(a, b, (left, right) => equalBy(element(0), left, right, alike));
    return a.length === b.length && a.every((item, at) => equalBy(element(at), item, b[at] ?? null, alike));
  }
  if (isMap(a) && isMap(b)) {
    const names = type.kind === 'object' ? Object.keys(type.attributes) : [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return names.every((name) => (type.kind === 'object' || name in a === name in b) && equalBy(elementType(type, name), a[name] ?? null, b[name] ?? null, alike));
  }
  return alike(a, b, type);
}

/** The type of what is inside, at that index or name. */
export function elementType(type: CtyType, at: string | number): CtyType {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'map':
      return type.element;
    case 'tuple':
      return type.elements[Number(at)] ?? { kind: 'dynamic' };
    case 'object':
      return type.attributes[at] ?? { kind: 'dynamic' };
    case 'string':
    case 'number':
    case 'bool':
    case 'dynamic':
      return { kind: 'dynamic' };
  }
}

/** Whether two collections have the same elements, whatever their order. */
export function sameElements(a: readonly Value[], b: readonly Value[], equal: (a: Value, b: Value) => boolean): boolean {
  const left = [...b];
  return (
    a.length === b.length &&
    a.every((item) => {
      const at = left.findIndex((other) => equal(item, other));
      if (at !== -1) left.splice(at, 1);
      return at !== -1;
    })
  );
}
