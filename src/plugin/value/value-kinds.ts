import { type Attributes, unknown, type Value } from '../behaviour.ts';

export const isList = (value: unknown): value is readonly Value[] => Array.isArray(value);
export const isMap = (value: Value | undefined): value is Attributes => typeof value === 'object' && value !== null && !isList(value);

/** Whether a value or anything in it is known only after apply. */
export function hasUnknown(value: Value): boolean {
  if (value === unknown) return true;
  if (isList(value)) return value.some(hasUnknown);
  return isMap(value) && Object.values(value).some(hasUnknown);
}

/** What Terraform's SDK cannot tell from an attribute that is not set. */
export const isZero = (value: Value): boolean =>
  value === null || value === '' || value === false || value === 0 || (isList(value) && value.length === 0) || (isMap(value) && Object.keys(value).length === 0);

/** The value with null in place of what is unknown. */
export function withoutUnknown(value: Value): Value {
  if (value === unknown) return null;
  if (isList(value)) return value.filter((item) => item !== unknown).map(withoutUnknown);
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutUnknown(item)])) : value;
}
