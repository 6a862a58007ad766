import { describe, expect, it } from 'vitest';
import { bestPrice, type ListedPrice, priceBook, pricesInForce } from '../../src/core/prices.ts';

const price = (fields: Partial<ListedPrice>): ListedPrice => ({ part: 'machines', item: 't', amount: 1, currency: 'USD', unit: 'hour', region: 'r1', date: '2026-01-01', source: 'test', ...fields });

describe('the price in force', () => {
  it.each<[string, readonly Partial<ListedPrice>[], number | null]>([
    ['of the region before a newer one of another', [{ amount: 1 }, { amount: 2, region: 'r2', date: '2026-09-01' }], 1],
    ['one that holds everywhere counts as the region\'s', [{ amount: 2, region: 'r2' }, { amount: 3, region: null }], 3],
    ['the newer of two of the region', [{ amount: 1 }, { amount: 2, date: '2026-02-01' }], 2],
    ['a dated one before one without a day', [{ amount: 1, date: null }, { amount: 2, date: '2020-01-01' }], 2],
    ['the first of two of one day', [{ amount: 1 }, { amount: 2 }], 1],
    ['the newest of others where the region has none', [{ amount: 1, region: 'r2' }, { amount: 2, region: 'r3', date: '2026-03-01' }], 2],
    ['none where there is none', [], null],
  ])('%s', (_, prices, amount) => {
    expect(bestPrice(prices.map(price), 'r1')?.amount ?? null).toBe(amount);
  });

  it('is found by the name of the item, in the list of that cloud only', () => {
    const book = priceBook((cloud) => (cloud === 'aws' ? [price({ item: 'gp3', amount: 0.08 }), price({ item: 'gp3 iops', amount: 0.005 })] : []));
    expect(book.find('aws', 'gp3', 'r1')?.amount).toBe(0.08);
    expect(book.find('aws', 'gp2', 'r1')).toBeNull();
    expect(book.find('gcp', 'gp3', 'r1')).toBeNull();
  });

  it('stands once for each item and region', () => {
    const list = [price({ amount: 2, date: '2026-05-01' }), price({ amount: 1 }), price({ region: 'r2', amount: 3 }), price({ region: null, amount: 4 })];
    expect(pricesInForce(list).map(({ region, amount }) => [region, amount])).toEqual([['r1', 2], ['r2', 3], [null, 4]]);
  });
});
