import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overBudget } from '../../src/core/budget.ts';
import { addedCosts, type BilledItem, costOf, hourlyCost, hoursPerMonth, type Priced } from '../../src/core/cost.ts';
import { type CostPart, costParts, type ListedPrice, onSpot, priceBook } from '../../src/core/prices.ts';
import { totalCosts } from '../../src/core/total-cost.ts';

const listed = (part: CostPart, item: string, amount: number, fields: Partial<ListedPrice> = {}): ListedPrice => ({
  part, item, amount, currency: 'USD', unit: part === 'disks' ? 'GB-month' : 'hour', region: 'r1', date: '2026-06-01', source: 'test', ...fields,
});
const stack = (fields: Partial<Priced> = {}): Priced => ({
  cloud: 'aws', region: 'r1', instanceType: 't', hourlyPrice: null, currency: null, priceRegion: null, priceDate: null, machines: [1], ...fields,
});
const billed: readonly BilledItem[] = [
  { part: 'machines', item: 't', unit: 'hour', quantity: 1 },
  { part: 'disks', item: 'd', unit: 'GB-month', quantity: 20 },
  { part: 'addresses', item: 'ip', unit: 'hour', quantity: 1 },
];
const book = (...prices: readonly ListedPrice[]) => priceBook(() => prices);
const [machine, disk, address] = [listed('machines', 't', 0.04), listed('disks', 'd', 0.073), listed('addresses', 'ip', 0.005)];
const full = [machine, disk, address];

describe('what a stack costs', () => {
  it('is machines, disks and addresses, of every machine', () => {
    const cost = costOf(stack({ machines: [1, 2, 3] }), billed, book(...full));
    // 20 GB at 0.073 a month are 0.002 an hour.
    expect(cost).toEqual({ machines: 0.12, disks: 0.006, addresses: 0.015, currency: 'USD', priceDate: '2026-06-01', priceRegions: [], unknown: [], isUpperBound: false });
    expect(hourlyCost(cost)).toBe(0.141);
  });

  it('is that of its parts together, where its machines are not alike: a part without a price leaves the whole without', () => {
    const [two, one] = [costOf(stack({ machines: [1, 2] }), billed, book(...full)), costOf(stack(), billed, book(...full))];
    expect(addedCosts([two, one])).toEqual(costOf(stack({ machines: [1, 2, 3] }), billed, book(...full)));
    expect(addedCosts([two, costOf(stack(), billed, book(machine, disk))])).toMatchObject({ addresses: null, unknown: ['addresses'], machines: 0.12 });
    const euros = costOf(stack(), billed, book(...full.map((price) => ({ ...price, currency: 'EUR' }))));
    expect(addedCosts([one, euros])).toMatchObject({ machines: null, currency: null, unknown: [...costParts] });
  });

  it.each<[string, readonly ListedPrice[], readonly CostPart[], number | null]>([
    ['a disk', [listed('machines', 't', 0.04), listed('addresses', 'ip', 0.005)], ['disks'], 0.045],
    ['an address', [listed('machines', 't', 0.04), listed('disks', 'd', 0.073)], ['addresses'], 0.042],
    ['the machine', [listed('disks', 'd', 0.073), listed('addresses', 'ip', 0.005)], ['machines'], null],
    ['everything', [], ['machines', 'disks', 'addresses'], null],
    ['what is listed in another unit', [machine, listed('disks', 'd', 5, { unit: 'month' }), address], ['disks'], 0.045],
    ['what is listed in another currency than the machine', [machine, disk, listed('addresses', 'ip', 0.005, { currency: 'EUR' })], ['addresses'], 0.042],
  ])('names %s without a price and leaves it out of the sum', (_, prices, unknown, hourly) => {
    const cost = costOf(stack(), billed, book(...prices));
    expect(cost.unknown).toEqual(unknown);
    for (const part of unknown) expect(cost[part]).toBeNull();
    expect(hourlyCost(cost)).toBe(hourly);
  });

  it('is unknown as a part where one item of the part is', () => {
    const withIops: readonly BilledItem[] = [...billed, { part: 'disks', item: 'd iops', unit: 'IOPS-month', quantity: 1_000 }];
    expect(costOf(stack(), withIops, book(...full))).toMatchObject({ disks: null, unknown: ['disks'] });
  });

  it('takes the machine as it was looked up where the book has nothing nearer or newer', () => {
    const lookedUp = stack({ hourlyPrice: 0.05, currency: 'USD', priceRegion: 'r2', priceDate: '2026-01-01' });
    expect(costOf(lookedUp, billed, book())).toMatchObject({ machines: 0.05, priceDate: '2026-01-01', priceRegions: ['r2'], unknown: ['disks', 'addresses'] });
    expect(costOf(lookedUp, billed, book(listed('machines', 't', 0.04, { date: '2025-01-01' })))).toMatchObject({ machines: 0.04, priceRegions: [] });
    expect(costOf(lookedUp, billed, book(listed('machines', 't', 0.04, { region: 'r3', date: '2025-01-01' })))).toMatchObject({ machines: 0.05, priceRegions: ['r2'] });
  });

  it('says the oldest day, and none where a price has none', () => {
    expect(costOf(stack(), billed, book(...full, listed('disks', 'd', 0.073, { date: '2027-01-01' }), listed('addresses', 'ip', 1, { region: 'r9' }))).priceDate).toBe('2026-06-01');
    expect(costOf(stack(), billed, book(...full.slice(0, 2), listed('addresses', 'ip', 0.005, { date: null }))).priceDate).toBeNull();
  });

  it('counts a spot machine by its price on demand, as the most it can cost, unless its own is known', () => {
    const spot: readonly BilledItem[] = [{ part: 'machines', item: onSpot('t'), unit: 'hour', quantity: 1, atMost: 't' }, ...billed.slice(1)];
    expect(costOf(stack(), spot, book(...full))).toMatchObject({ machines: 0.04, isUpperBound: true });
    expect(costOf(stack(), spot, book(...full, listed('machines', onSpot('t'), 0.01)))).toMatchObject({ machines: 0.01, isUpperBound: false });
    expect(costOf(stack({ hourlyPrice: 0.05, currency: 'USD', priceRegion: 'r1' }), spot, book())).toMatchObject({ machines: 0.05, isUpperBound: true });
  });

  it('knows of a cloud that does not say what it bills the machine only', () => {
    expect(costOf(stack(), null, book(...full))).toMatchObject({ machines: 0.04, disks: null, addresses: null, unknown: ['disks', 'addresses'] });
  });

  it('is nothing where nothing is billed', () => {
    expect(costOf(stack(), [], book())).toMatchObject({ machines: 0, disks: 0, addresses: 0, currency: null, unknown: [] });
  });
});

describe('whatever the prices', () => {
  const amount = fc.double({ min: 0.0001, max: 100, noNaN: true });
  const known = fc.record({ machines: fc.option(amount), disks: fc.option(amount), addresses: fc.option(amount) });
  const items = { machines: 't', disks: 'd', addresses: 'ip' } as const;
  const bookOf = (prices: Readonly<Record<CostPart, number | null>>) =>
    book(...costParts.flatMap((part) => (prices[part] === null ? [] : [listed(part, items[part], prices[part])])));

  it('a part without a price is named, never nothing, and the sum is that of the others', () => {
    fc.assert(
      fc.property(known, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 500 }), (prices, count, gb) => {
        const cost = costOf(stack({ machines: Array.from({ length: count }) }), billed.map((item) => (item.part === 'disks' ? { ...item, quantity: gb } : item)), bookOf(prices));
        for (const part of costParts) {
          expect(cost[part] === null).toBe(prices[part] === null);
          expect(cost.unknown.includes(part)).toBe(prices[part] === null);
        }
        const expected = prices.machines === null ? null : count * (prices.machines + ((prices.disks ?? 0) * gb) / hoursPerMonth + (prices.addresses ?? 0));
        const hourly = hourlyCost(cost);
        if (expected === null) expect(hourly).toBeNull();
        else expect(hourly).toBeCloseTo(expected, 4);
      }),
    );
  });

  it('a lab within its budget has no unknown part, and never costs more', () => {
    fc.assert(
      fc.property(fc.array(known, { minLength: 1, maxLength: 4 }), fc.double({ min: 0.01, max: 300, noNaN: true }), (all, limit) => {
        const stacks = all.map((prices, index) => ({ ...stack(), id: `s${index}`, cost: costOf(stack(), billed, bookOf(prices)) }));
        if (overBudget(stacks, limit) !== null) return;
        expect(stacks.flatMap(({ cost }) => cost.unknown)).toEqual([]);
        expect(stacks.reduce((sum, { cost }) => sum + (hourlyCost(cost) ?? 0), 0)).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

describe('--max-hourly', () => {
  const costed = (id: string, prices: readonly ListedPrice[], fields: Partial<Priced> = {}) => ({ ...stack(fields), id, cost: costOf(stack(fields), billed, book(...prices)) });

  it('counts disks and addresses', () => {
    expect(overBudget([costed('aws', full)], 0.047)).toBeNull();
    expect(overBudget([costed('aws', full)], 0.0469)).toMatchObject({ kind: 'invalid-input', summary: 'this lab costs 0.0470 USD per hour with disks and addresses, more than --max-hourly 0.0469' });
    expect(overBudget([costed('a', full), costed('b', full)], 0.09)).not.toBeNull();
  });

  it('refuses where a part is unknown, and says which and how to know it', () => {
    expect(overBudget([costed('aws', full), costed('b', full.slice(0, 1))], 1)).toMatchObject({
      kind: 'invalid-input',
      summary: 'the price of the disk and of the address on aws (t) is unknown, so --max-hourly 1 cannot be kept',
      hint: 'labtui prices refresh --cloud aws --region r1   then again; or leave out --max-hourly',
    });
    expect(overBudget([costed('aws', [])], 1)?.summary).toContain('the price of t and of the disk and of the address on aws is unknown');
  });

  it('says that it is too dear where what is known is enough for that', () => {
    expect(overBudget([costed('aws', full.slice(0, 1))], 0.01)?.summary).toContain('costs at least 0.0400 USD');
  });

  it('compares no other currency with dollars', () => {
    const euros = full.map((price) => ({ ...price, currency: 'EUR' }));
    expect(overBudget([costed('hetzner', euros)], 100)?.summary).toContain('hetzner is priced in EUR');
  });
});

describe('several stacks together', () => {
  const plan = (hourlyCost: number | null, currency: string | null, more = {}) => ({ hourlyCost, currency, costUntilTtl: hourlyCost, monthlyCost: hourlyCost, unknownCosts: [], ...more });

  it('are summed currency by currency', () => {
    expect(totalCosts([plan(1, 'USD'), plan(2, 'EUR'), plan(3, 'USD')])).toEqual([
      { currency: 'USD', hourly: 4, untilTtl: 4, monthly: 4, isPartial: false },
      { currency: 'EUR', hourly: 2, untilTtl: 2, monthly: 2, isPartial: false },
    ]);
  });

  it('are a part of the truth where something has no price', () => {
    expect(totalCosts([plan(1, 'USD'), plan(null, null)])[0]?.isPartial).toBe(true);
    expect(totalCosts([plan(1, 'USD', { unknownCosts: ['disks'] })])[0]?.isPartial).toBe(true);
    expect(totalCosts([plan(null, null)])).toEqual([]);
  });

  it('have no end where one has none', () => {
    expect(totalCosts([plan(1, 'USD'), plan(1, 'USD', { costUntilTtl: null })])[0]).toMatchObject({ hourly: 2, untilTtl: null });
  });
});
