import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { CloudFacts } from '../core/clouds.ts';
import { factPrices } from '../core/fact-prices.ts';
import { costParts, type ListedPrice, type PriceBook, priceBook, priceUnits } from '../core/prices.ts';
import { durableWrite, ensurePrivateDirectory } from '../platform/durable-write.ts';

const listed: z.ZodType<ListedPrice> = z.object({
  part: z.enum(costParts),
  item: z.string().min(1),
  amount: z.number().min(0),
  currency: z.string().min(1),
  unit: z.enum(priceUnits),
  region: z.string().min(1).nullable(),
  date: z.iso.date().nullable(),
  source: z.string(),
});
const file = z.object({ v: z.literal(1), prices: z.array(listed) });

/**
 * The prices in force: those that were fetched into `directory`, and those that labtui brings. A cloud's are read when the first of them is
 * asked for; a file that is damaged is as good as none, and one that is old counts with the date that it has.
 */
export function openPriceBook(directory: string, factsOf: (cloud: string) => CloudFacts): PriceBook {
  const known = new Map<string, readonly ListedPrice[]>();
  return priceBook((cloud) => {
    const before = known.get(cloud);
    if (before !== undefined) return before;
    const list = [...readPrices(directory, cloud), ...factPrices(factsOf(cloud))];
    known.set(cloud, list);
    return list;
  });
}

/** The fetched prices of a cloud; none where nothing, or nothing legible, was kept. */
export function readPrices(directory: string, cloud: string): readonly ListedPrice[] {
  try {
    return file.parse(JSON.parse(readFileSync(pathOf(directory, cloud), 'utf8'))).prices;
  } catch {
    return [];
  }
}

/**
 * Keeps fetched prices of some regions, in the place of those that were kept for them; 0600, whole or not at all. Returns the file.
 * What holds in every region is kept once.
 */
export async function keepPrices(directory: string, cloud: string, regions: readonly string[], prices: readonly ListedPrice[]): Promise<string> {
  const isRenewed = ({ region, item }: ListedPrice): boolean =>
    (region !== null && regions.includes(region)) || prices.some((price) => price.region === region && price.item === item);
  const once = new Map(prices.map((price) => [`${price.region ?? ''}\n${price.item}`, price]));
  const all = [...readPrices(directory, cloud).filter((price) => !isRenewed(price)), ...once.values()];
  await ensurePrivateDirectory(directory);
  const path = pathOf(directory, cloud);
  await durableWrite(path, `${JSON.stringify({ v: 1, prices: all })}\n`);
  return path;
}

function pathOf(directory: string, cloud: string): string {
  return join(directory, `${cloud}.json`);
}
