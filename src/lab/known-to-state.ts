import type { StateResource } from '../core/cloud.ts';
import type { LeftResource } from '../core/events.ts';

/** A text shorter than this names too much. */
const shortestName = 6;
const notAttributes: readonly string[] = ['tags', 'tags_all', 'labels', 'terraform_labels', 'effective_labels', 'metadata'];

/**
 * Tells of a listed resource whether a state knows it: as a resource of its own, or, where the stack configures none of its type, as
 * a part of one: a machine's disk, its network interface, its spot request.
 */
export function knownTo(resources: readonly StateResource[], configuredTypes: ReadonlySet<string>): (listed: LeftResource) => boolean {
  const ids = new Set(resources.flatMap(({ id }) => id?.toLowerCase() ?? []));
  const texts = resources.flatMap(({ attributes }) => textsIn(attributes));
  const known = new Set(texts);
  return ({ type, id }) => {
    const wanted = id.toLowerCase();
    if (ids.has(wanted)) return true;
    if (configuredTypes.has(type)) return false;
    const name = wanted.slice(wanted.lastIndexOf('/') + 1);
    return known.has(wanted) || (name.length >= shortestName && known.has(name)) || texts.some((text) => text.endsWith(`/${wanted}`));
  };
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value.toLowerCase()];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (notAttributes.includes(key) ? [] : textsIn(inner)));
}
