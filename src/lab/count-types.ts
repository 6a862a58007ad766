import type { LeftResource, ReceiptTypeCount } from '../core/events.ts';

interface Counted {
  readonly type: string;
  readonly id: string | null;
}

/** Per type: how many were found, by the state or by the listing, and how many of them are left. */
export function countTypes(found: readonly Counted[], left: readonly LeftResource[]): Readonly<Record<string, ReceiptTypeCount>> {
  const strays = left.filter(({ seenBy, id }) => seenBy === 'listing' && !found.some((resource) => resource.id === id));
  const types = new Set([...found, ...left].map(({ type }) => type));
  return Object.fromEntries(
    [...types].sort().map((type) => {
      const of = (list: readonly { readonly type: string }[]): number => list.filter((entry) => entry.type === type).length;
      const all = of(found) + of(strays);
      return [type, { found: all, deleted: all - of(left), left: of(left) }];
    }),
  );
}
