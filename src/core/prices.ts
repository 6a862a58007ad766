export const priceUnits = ['hour', 'month', 'GB-month', 'IOPS-month', 'MiB/s-month'] as const;
export type PriceUnit = (typeof priceUnits)[number];

/** What a lab is billed for, as the parts of its cost are told apart. */
export const costParts = ['machines', 'disks', 'addresses'] as const;
export type CostPart = (typeof costParts)[number];

/** A list price: what the cloud asks of anybody, before taxes and discounts. */
export interface Price {
  readonly amount: number;
  readonly currency: string;
  readonly unit: PriceUnit;
  /** The region it holds for; null: every region. */
  readonly region: string | null;
  /** Day it was read or published, `YYYY-MM-DD`; null: not known. */
  readonly date: string | null;
  /** Where it stands. */
  readonly source: string;
}

/** The price of one item of a cloud. Items are named by its module: an instance type, a disk type, `public ipv4`. */
export interface ListedPrice extends Price {
  readonly part: CostPart;
  readonly item: string;
}

/** The prices in force: those that labtui brings, and those that were fetched since. */
export interface PriceBook {
  /** All prices of a cloud, in no order. */
  list(cloud: string): readonly ListedPrice[];
  /** The price of an item for a region, perhaps another region's; null where none is known. */
  find(cloud: string, item: string, region: string): ListedPrice | null;
}

/** Name of an item's price on the spot market. */
export function onSpot(item: string): string {
  return `${item} (spot)`;
}

/** A book over one or several lists a cloud; of equal prices the earlier list's wins. */
export function priceBook(listOf: (cloud: string) => readonly ListedPrice[]): PriceBook {
  return {
    list: listOf,
    find: (cloud, item, region) => bestPrice(listOf(cloud).filter((listed) => listed.item === item), region),
  };
}

/** Of several prices of one item: the region's own before another's, then the newest; undated ones are the oldest. */
export function bestPrice<T extends Price>(prices: readonly T[], region: string): T | null {
  const isOwn = (price: Price): boolean => price.region === null || price.region === region;
  const own = prices.filter(isOwn);
  const [first, ...others] = own.length > 0 ? own : prices;
  if (first === undefined) return null;
  return others.reduce((best, price) => ((price.date ?? '') > (best.date ?? '') ? price : best), first);
}

/** One price for each item and region: the one in force. In the order of their first appearance. */
export function pricesInForce(prices: readonly ListedPrice[]): readonly ListedPrice[] {
  const byPlace = new Map<string, ListedPrice>();
  for (const price of prices) {
    const place = `${price.item}\n${price.region ?? ''}`;
    const before = byPlace.get(place);
    byPlace.set(place, before === undefined ? price : (bestPrice([before, price], price.region ?? '') ?? price));
  }
  return [...byPlace.values()];
}
