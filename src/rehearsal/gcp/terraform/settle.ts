import { type Attributes, unknown, type Value } from '../../../plugin/behaviour.ts';
import { lastName, relative } from '../model/names.ts';
import { isList, isAttributes as isMap } from '../../../plugin/attributes.ts';

/** Attributes that may be given as a name, a path or a link, which the provider takes for the same. */
const links: readonly string[] = ['network', 'subnetwork', 'source', 'image', 'machine_type', 'type', 'disk', 'instance'];

/** Whether two references mean the same: a link, a path of it, or its last name. */
export function sameLink(a: string, b: string): boolean {
  const [left, right] = [relative(a), relative(b)];
  if (left === right || left.endsWith(`/${right}`) || right.endsWith(`/${left}`)) return true;
  return (!left.includes('/') || !right.includes('/')) && lastName(left) === lastName(right);
}

/** A family (`.../family/debian-12`, or a bare name) and an image of it, judged by the name as the provider does. */
function sameImage(a: string, b: string): boolean {
  if (sameLink(a, b)) return true;
  const isFamily = (reference: string): boolean => reference.includes('/family/') || !reference.includes('/images/');
  const [family, image] = isFamily(a) ? [a, b] : [b, a];
  return isFamily(family) && !isFamily(image) && lastName(image).startsWith(`${lastName(family).replace(/-(?:arm64|amd64)$/, '')}-`);
}

/** Whether Terraform should see no difference between what is kept and what is given. */
export function same(name: string, kept: Value, given: Value): boolean {
  if (kept === given) return true;
  if (isList(kept) && isList(given)) return sameList(name, kept, given);
  if (isMap(kept) && isMap(given)) {
    const names = [...new Set([...Object.keys(kept), ...Object.keys(given)])];
    return names.every((key) => same(key, kept[key] ?? null, given[key] ?? null));
  }
  if (typeof kept === 'string' && typeof given === 'string' && links.includes(name)) return name === 'image' ? sameImage(kept, given) : sameLink(kept, given);
  if (typeof kept === 'number' || typeof given === 'number') return kept !== null && given !== null && Number(kept) === Number(given);
  return isNothing(kept) && isNothing(given);
}

/** Sets have no order; the lists of this provider that could be mistaken for one are never merely reordered. */
function sameList(name: string, kept: readonly Value[], given: readonly Value[]): boolean {
  if (kept.length !== given.length) return false;
  const left = [...given];
  return kept.every((value) => {
    const at = left.findIndex((other) => same(name, value, other));
    if (at !== -1) left.splice(at, 1);
    return at !== -1;
  });
}

/** The SDK does not tell these from an attribute that is not set. */
const isNothing = (value: Value): boolean =>
  value === null || value === '' || value === false || value === 0 || (isList(value) && value.length === 0) || (isMap(value) && Object.keys(value).length === 0);

/** The state after an apply: what was planned, with what only the cloud could know. */
export function settle(planned: Value, actual: Value | undefined): Value {
  if (planned === unknown) return actual ?? null;
  if (isList(planned)) return planned.map((value, at) => settle(value, isList(actual) ? actual[at] : undefined));
  if (isMap(planned)) return settleAttributes(planned, isMap(actual) ? actual : {});
  return planned;
}

export function settleAttributes(planned: Attributes, actual: Attributes): Attributes {
  return Object.fromEntries(Object.entries(planned).map(([name, value]) => [name, settle(value, actual[name])]));
}

/**
 * The state after a refresh: what the cloud says, in the words of the state where they mean the same. Names that `actual`
 * lacks are the configuration's alone and stay.
 */
export function refresh(kept: Attributes, actual: Attributes): Attributes {
  return Object.fromEntries(
    [...new Set([...Object.keys(kept), ...Object.keys(actual)])].map((name) => {
      const before: Value = kept[name] ?? null;
      const now: Value | undefined = actual[name];
      return [name, now === undefined ? before : refreshValue(name, before, now)];
    }),
  );
}

function refreshValue(name: string, before: Value, now: Value): Value {
  if (same(name, before, now)) return before;
  if (isList(before) && isList(now) && before.length === now.length) {
    return now.map((value, at) => {
      const prior = before[at] ?? null;
      return isMap(value) && isMap(prior) ? refresh(prior, value) : value;
    });
  }
  return now;
}

/** A plan without the differences that the provider suppresses: what means the same stays as it is in the state. */
export function suppress(prior: Attributes, planned: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(planned).map(([name, value]) => {
      const before = prior[name] ?? null;
      if (typeof value === 'string' && typeof before === 'string' && links.includes(name) && same(name, before, value)) return [name, before];
      if (isList(value) && isList(before) && value.length === before.length) {
        return [name, value.map((item, at) => suppressItem(before[at] ?? null, item))];
      }
      return [name, value];
    }),
  );
}

const suppressItem = (before: Value, item: Value): Value => (isMap(item) && isMap(before) ? suppress(before, item) : item);
