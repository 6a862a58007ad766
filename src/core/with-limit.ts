/** Maps all items at once, but at most `limit` of them at a time (null: all); results in the items' order. */
export async function withLimit<Item, Result>(
  items: readonly Item[],
  limit: number | null,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit ?? items.length, items.length) }, worker));
  return results;
}
