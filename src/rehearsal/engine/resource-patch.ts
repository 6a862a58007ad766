import { isEqual } from './is-equal.ts';
import type { SimResource } from './resource.ts';

/** Members that were set or taken away. */
export interface MemberPatch {
  readonly set?: Readonly<Record<string, unknown>> | undefined;
  readonly unset?: readonly string[] | undefined;
}

/** What differs between two states of a resource, two levels deep: a journal of whole resources would be mostly user data. */
export interface ResourcePatch extends MemberPatch {
  readonly within?: Readonly<Record<string, MemberPatch>> | undefined;
}

const nested = ['props', 'tags', 'machine'] as const;

/** null: nothing differs. */
export function patchBetween(before: SimResource, after: SimResource): ResourcePatch | null {
  const own = between({ ...before }, { ...after });
  const set = { ...own?.set };
  const within: Record<string, MemberPatch> = {};
  for (const name of nested) {
    const old = before[name];
    const now = after[name];
    if (!(name in set) || old === undefined || now === undefined) continue;
    Reflect.deleteProperty(set, name);
    const inner = between({ ...old }, { ...now });
    if (inner !== null) within[name] = inner;
  }
  const patch: ResourcePatch = {
    ...(Object.keys(set).length > 0 ? { set } : {}),
    ...(own?.unset === undefined ? {} : { unset: own.unset }),
    ...(Object.keys(within).length > 0 ? { within } : {}),
  };
  return Object.keys(patch).length === 0 ? null : patch;
}

/** The resource with the patch on it. */
export function patched(resource: SimResource, { within = {}, ...own }: ResourcePatch): SimResource {
  const result = { ...resource };
  apply(result, own);
  for (const name of nested) {
    const inner = within[name];
    const old = result[name];
    if (inner === undefined || old === undefined) continue;
    const members = { ...old };
    apply(members, inner);
    Object.assign(result, { [name]: members });
  }
  return result;
}

function between(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): MemberPatch | null {
  const set = Object.fromEntries(Object.entries(after).filter(([key, value]) => value !== undefined && !isEqual(before[key], value)));
  const unset = Object.keys(before).filter((key) => before[key] !== undefined && after[key] === undefined);
  if (Object.keys(set).length === 0 && unset.length === 0) return null;
  return { ...(Object.keys(set).length > 0 ? { set } : {}), ...(unset.length > 0 ? { unset } : {}) };
}

function apply(target: object, { set = {}, unset = [] }: MemberPatch): void {
  for (const key of unset) Reflect.deleteProperty(target, key);
  Object.assign(target, set);
}
