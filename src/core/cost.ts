import { bestPrice, type CostPart, costParts, type Price, type PriceBook, type PriceUnit } from './prices.ts';

/** A month as the clouds count one: what a forgotten lab costs. */
export const hoursPerMonth = 730;

/** One thing that each machine of a stack is billed for. */
export interface BilledItem {
  readonly part: CostPart;
  readonly item: string;
  /** Of the price; a price in another unit is no price of this. */
  readonly unit: PriceUnit;
  /** How many of it, in what the unit is per: 20 for a disk of 20 GB, 1 for an address. */
  readonly quantity: number;
  /** Priced instead where the item has no price of its own, as the most it can cost: a spot machine by its price on demand. */
  readonly atMost?: string | undefined;
}

/** What a stack costs by list prices, as pinned with it. Amounts are per hour, over all its machines. */
export interface StackCost extends Readonly<Record<CostPart, number | null>> {
  /** Of every amount that is known; null where none is. */
  readonly currency: string | null;
  /** Day of the oldest price in it; null where a price has no date. */
  readonly priceDate: string | null;
  /** Regions other than the stack's whose prices are in it. */
  readonly priceRegions: readonly string[];
  /** Parts without a price: they cost something, and are in no sum. */
  readonly unknown: readonly CostPart[];
  /** A part is priced by the most it can cost. */
  readonly isUpperBound: boolean;
}

interface PartCost {
  readonly hourly: number | null;
  readonly prices: readonly Price[];
  readonly isUpperBound: boolean;
}

/** What the cost of a stack depends on; the price is the one that its look-up found for its machines. */
export interface Priced {
  readonly cloud: string;
  readonly region: string;
  readonly instanceType: string;
  readonly hourlyPrice: number | null;
  readonly currency: string | null;
  readonly priceRegion: string | null;
  readonly priceDate: string | null;
  readonly machines: readonly unknown[];
}

/**
 * What a stack costs. `billed`: what one machine is billed for; null: the cloud does not say, so that only the machine's own price is
 * known. A part with an unknown item is unknown as a whole, as is one in another currency than the machines'.
 */
export function costOf(stack: Priced, billed: readonly BilledItem[] | null, book: PriceBook): StackCost {
  const items = billed ?? [{ part: 'machines', item: stack.instanceType, unit: 'hour', quantity: 1 }];
  const found = items.map((item) => ({ item, ...priceOf(item, stack, book) }));
  const priced = found.filter(({ price }) => price !== null);
  const currency = (priced.find(({ item }) => item.part === 'machines') ?? priced[0])?.price?.currency ?? null;

  const partOf = (part: CostPart): PartCost => {
    const ofPart = found.filter((each) => each.item.part === part);
    const prices = ofPart.flatMap(({ price }) => (price !== null && price.currency === currency ? [price] : []));
    if (prices.length < ofPart.length || (billed === null && part !== 'machines')) return { hourly: null, prices: [], isUpperBound: false };
    const each = ofPart.reduce((total, { item, price }) => total + hourly(price?.amount ?? 0, item), 0);
    return { hourly: rounded(stack.machines.length * each), prices, isUpperBound: ofPart.some(({ atMost }) => atMost) };
  };
  const parts = { machines: partOf('machines'), disks: partOf('disks'), addresses: partOf('addresses') };
  const used = costParts.flatMap((part) => parts[part].prices);
  return {
    machines: parts.machines.hourly,
    disks: parts.disks.hourly,
    addresses: parts.addresses.hourly,
    currency: used.length === 0 ? null : currency,
    priceDate: oldest(used),
    priceRegions: [...new Set(used.flatMap(({ region }) => (region === null || region === stack.region ? [] : [region])))],
    unknown: costParts.filter((part) => parts[part].hourly === null),
    isUpperBound: costParts.some((part) => parts[part].isUpperBound),
  };
}

/** What the parts of a stack cost together. */
export function addedCosts(parts: readonly StackCost[]): StackCost {
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return only;
  const currencies = new Set(parts.flatMap(({ currency }) => currency ?? []));
  const sumOf = (part: CostPart): number | null =>
    currencies.size > 1 || parts.some((one) => one[part] === null) ? null : rounded(parts.reduce((sum, one) => sum + (one[part] ?? 0), 0));
  const sums = { machines: sumOf('machines'), disks: sumOf('disks'), addresses: sumOf('addresses') };
  const dates = parts.map(({ priceDate }) => priceDate).filter((date) => date !== null);
  return {
    ...sums,
    currency: currencies.size === 1 ? ([...currencies][0] ?? null) : null,
    priceDate: dates.length < parts.length ? null : (dates.toSorted()[0] ?? null),
    priceRegions: [...new Set(parts.flatMap(({ priceRegions }) => priceRegions))],
    unknown: costParts.filter((part) => sums[part] === null),
    isUpperBound: parts.some(({ isUpperBound }) => isUpperBound),
  };
}

/** Per hour, of all parts that are known; null where the machines' price is not: what is left would say nothing. */
export function hourlyCost(cost: Readonly<Record<CostPart, number | null>>): number | null {
  return cost.machines === null ? null : rounded(cost.machines + (cost.disks ?? 0) + (cost.addresses ?? 0));
}

/** How a part is called in a sentence. */
export const partNames: Readonly<Record<CostPart, string>> = { machines: 'machine', disks: 'disk', addresses: 'address' };

function priceOf(item: BilledItem, stack: Priced, book: PriceBook): { readonly price: Price | null; readonly atMost: boolean } {
  const own = inUnit(findPrice(item.item, stack, book), item.unit);
  if (own !== null || item.atMost === undefined) return { price: own, atMost: false };
  return { price: inUnit(findPrice(item.atMost, stack, book), item.unit), atMost: true };
}

/** The book's, or what the look-up found for the machine where that is nearer or newer. */
function findPrice(item: string, stack: Priced, book: PriceBook): Price | null {
  const { hourlyPrice, currency, priceRegion, priceDate } = stack;
  const listed = book.find(stack.cloud, item, stack.region);
  if (item !== stack.instanceType || hourlyPrice === null || currency === null) return listed;
  const lookedUp: Price = { amount: hourlyPrice, currency, unit: 'hour', region: priceRegion, date: priceDate, source: 'catalogue' };
  return bestPrice(listed === null ? [lookedUp] : [listed, lookedUp], stack.region);
}

function inUnit(price: Price | null, unit: PriceUnit): Price | null {
  return price?.unit === unit ? price : null;
}

function hourly(amount: number, { unit, quantity }: BilledItem): number {
  return (amount * quantity) / (unit === 'hour' ? 1 : hoursPerMonth);
}

function oldest(prices: readonly Price[]): string | null {
  const dates = prices.flatMap(({ date }) => (date === null ? [] : [date]));
  return dates.length < prices.length ? null : (dates.toSorted()[0] ?? null);
}

/** Prices have at most six decimals; adding them up in binary makes more. */
function rounded(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
