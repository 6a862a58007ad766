import type { CloudFacts } from './clouds.ts';
import type { ListedPrice } from './prices.ts';

/** Everything the facts of a cloud say of prices: of its machines, and of what they need. */
export function factPrices({ instanceTypes, machinePriceSource, prices }: CloudFacts): readonly ListedPrice[] {
  const machines = new Map<string, ListedPrice>();
  for (const { type, hourlyPrice, currency, priceRegion, priceDate } of instanceTypes) {
    if (hourlyPrice === null) continue;
    machines.set(type, { part: 'machines', item: type, amount: hourlyPrice, currency, unit: 'hour', region: priceRegion, date: priceDate, source: machinePriceSource });
  }
  return [...machines.values(), ...prices];
}
