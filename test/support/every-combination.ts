/** How a stack's input differs from the usual one; `stack` is merged, everything else replaced. */
interface Change {
  readonly stack?: object;
}

/** One choice of each dimension, in all combinations; named `e2, spot, no TTL`. */
export function everyCombination<C extends Change>(...dimensions: readonly Readonly<Record<string, C>>[]): readonly (readonly [name: string, change: C])[] {
  const [first, ...others] = dimensions;
  if (first === undefined) return [];
  if (others.length === 0) return Object.entries(first);
  const rest = everyCombination(...others);
  return Object.entries(first).flatMap(([name, change]) => rest.map(([more, other]) => [`${name}, ${more}`, merged(change, other)] as const));
}

function merged<C extends Change>(one: C, other: C): C {
  return { ...one, ...other, stack: { ...one.stack, ...other.stack } };
}
