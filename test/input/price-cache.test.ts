import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsFacts } from '../../src/clouds/aws/facts.ts';
import type { ListedPrice } from '../../src/core/prices.ts';
import { keepPrices, openPriceBook, readPrices } from '../../src/input/price-cache.ts';

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'labtui-prices-')), 'labtui', 'prices');
});
afterEach(() => rm(join(directory, '..', '..'), { recursive: true, force: true }));

const price = (fields: Partial<ListedPrice> = {}): ListedPrice => ({
  part: 'machines', item: 't3a.medium', amount: 0.05, currency: 'USD', unit: 'hour', region: 'us-east-1', date: '2026-11-01', source: 'test', ...fields,
});
const book = () => openPriceBook(directory, () => awsFacts);

describe('fetched prices', () => {
  it('are kept whole, for the user alone, and read again', async () => {
    const file = await keepPrices(directory, 'aws', ['us-east-1'], [price()]);
    expect(file).toBe(join(directory, 'aws.json'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(await readdir(directory)).toEqual(['aws.json']);
    expect(readPrices(directory, 'aws')).toEqual([price()]);
  });

  it('replace those of their region and leave the others', async () => {
    await keepPrices(directory, 'aws', ['us-east-1', 'eu-west-1'], [price(), price({ item: 'gone' }), price({ region: 'eu-west-1' }), price({ item: 'ip', region: null, amount: 1 })]);
    await keepPrices(directory, 'aws', ['us-east-1'], [price({ amount: 0.06 }), price({ item: 'ip', region: null, amount: 2 })]);
    expect(readPrices(directory, 'aws').map(({ item, region, amount }) => `${item} ${region ?? 'all'} ${amount}`)).toEqual(['t3a.medium eu-west-1 0.05', 't3a.medium us-east-1 0.06', 'ip all 2']);
  });

  it('win over those that labtui brings where they are newer, and of the region', async () => {
    const brought = book().find('aws', 'gp3', 'us-east-1');
    expect(brought).toMatchObject({ amount: 0.08 });
    await keepPrices(directory, 'aws', ['us-east-1'], [price({ part: 'disks', item: 'gp3', unit: 'GB-month', amount: 0.09 }), price({ date: '2020-01-01', amount: 9 })]);
    await keepPrices(directory, 'aws', ['eu-west-1'], [price({ part: 'disks', item: 'gp3', unit: 'GB-month', amount: 0.088, region: 'eu-west-1', date: '2025-01-01' })]);
    expect(book().find('aws', 'gp3', 'us-east-1')).toMatchObject({ amount: 0.09, date: '2026-11-01' });
    expect(book().find('aws', 'gp3', 'eu-west-1')).toMatchObject({ amount: 0.088 });
    expect(book().find('aws', 't3a.medium', 'us-east-1')).toMatchObject({ amount: 0.0376, date: '2026-01-19' });
  });

  it('are used with their day however old they are', async () => {
    await keepPrices(directory, 'aws', ['us-east-1'], [price({ item: 'x9.large', date: '2024-01-01' })]);
    expect(book().find('aws', 'x9.large', 'us-east-1')).toMatchObject({ amount: 0.05, date: '2024-01-01' });
  });

  it.each<[string, string]>([
    ['cut off', '{"v":1,"prices":[{"part":"mach'],
    ['of another version', '{"v":2,"prices":[]}'],
    ['with a price that is none', JSON.stringify({ v: 1, prices: [{ ...price(), amount: -1 }] })],
    ['with a day that is none', JSON.stringify({ v: 1, prices: [{ ...price(), date: 'yesterday' }] })],
    ['empty', ''],
  ])('are as good as none in a file that is %s', async (_, text) => {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'aws.json'), text);
    expect(readPrices(directory, 'aws')).toEqual([]);
    expect(book().find('aws', 't3a.medium', 'us-east-1')).toMatchObject({ amount: 0.0376 });
    await keepPrices(directory, 'aws', ['us-east-1'], [price()]);
    expect(JSON.parse(await readFile(join(directory, 'aws.json'), 'utf8'))).toEqual({ v: 1, prices: [price()] });
  });

  it('are read once, and only for the cloud that is asked for', async () => {
    await keepPrices(directory, 'aws', ['us-east-1'], [price({ item: 'x9.large' })]);
    const opened = book();
    expect(opened.find('aws', 'x9.large', 'us-east-1')).not.toBeNull();
    await rm(directory, { recursive: true });
    expect(opened.find('aws', 'x9.large', 'us-east-1')).not.toBeNull();
    expect(opened.find('azure', 'x9.large', 'us-east-1')).toBeNull();
  });
});
