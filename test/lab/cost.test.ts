import { describe, expect, it } from 'vitest';
import type { BilledItem } from '../../src/core/cost.ts';
import type { ListedPrice } from '../../src/core/prices.ts';
import { applyLab } from '../../src/lab/apply.ts';
import { type FakeLab, fakeLab, type FakeLabOptions, profileOf } from '../support/fake-lab.ts';

const billed: readonly BilledItem[] = [
  { part: 'machines', item: 't3a.medium', unit: 'hour', quantity: 1 },
  { part: 'disks', item: 'gp3', unit: 'GB-month', quantity: 20 },
  { part: 'addresses', item: 'public ipv4', unit: 'hour', quantity: 1 },
];
const disk: ListedPrice = { part: 'disks', item: 'gp3', amount: 0.073, currency: 'USD', unit: 'GB-month', region: 'us-east-1', date: '2026-05-01', source: 'test' };
const address: ListedPrice = { part: 'addresses', item: 'public ipv4', amount: 0.005, currency: 'USD', unit: 'hour', region: null, date: '2026-11-01', source: 'test' };

const lab = (prices: readonly ListedPrice[], more: FakeLabOptions = {}): FakeLab => fakeLab({ cloud: { billed }, prices, ...more });
const apply = (to: FakeLab, { maxHourly = null, fields = {}, session }: { maxHourly?: number | null; fields?: Readonly<Record<string, unknown>>; session?: string } = {}) =>
  applyLab(
    {
      lab: session === undefined ? { profile: profileOf(fields), userData: null, maxHourly, requireProtection: false } : { session, replan: null },
      autoApprove: true, parallelism: null, create: true, sink: (event) => to.sink(event), signal: new AbortController().signal, timeoutMs: null,
    },
    to.ports,
  );

describe('a plan says what the lab costs', () => {
  it('with disks and addresses, until its TTL and in a forgotten month', async () => {
    const to = lab([disk, address]);
    await apply(to, { fields: { count: 2, ttl: '10h' } });
    expect(to.ofType('plan')).toMatchObject([
      {
        hourlyCost: 0.094, costUntilTtl: 0.94, monthlyCost: 68.62, currency: 'USD', priceDate: '2026-01-19', priceRegion: null,
        costs: { machines: 0.08, disks: 0.004, addresses: 0.01 }, unknownCosts: [], costIsUpperBound: false,
      },
    ]);
  });

  it('names what has no price', async () => {
    const to = lab([address]);
    await apply(to);
    expect(to.ofType('plan')).toMatchObject([{ hourlyCost: 0.045, costs: { disks: null }, unknownCosts: ['disks'] }]);
  });

  it('says whose region a price is where it is not the stack\'s', async () => {
    const to = lab([{ ...disk, region: 'eu-west-1' }, address]);
    await apply(to);
    expect(to.ofType('plan')).toMatchObject([{ priceRegion: 'eu-west-1' }]);
  });

  it('by prices that were pinned with it: newer ones change no session', async () => {
    const to = lab([disk, address]);
    await applyLab(
      { lab: { profile: profileOf(), userData: null, maxHourly: null, requireProtection: false }, autoApprove: true, parallelism: null, create: false, sink: (event) => to.sink(event), signal: new AbortController().signal, timeoutMs: null },
      to.ports,
    );
    const [summary] = await to.ports.sessions.list({ archived: false });
    expect(summary).toMatchObject({ hourlyCost: 0.047, currency: 'USD' });
    const dearer = { ...to, ports: { ...to.ports, prices: { list: () => [], find: () => ({ ...disk, amount: 99 }) } } };
    await apply(dearer, { session: summary?.id ?? '' });
    expect(to.ofType('plan')).toMatchObject([{ hourlyCost: 0.047 }]);
  });
});

describe('--max-hourly', () => {
  it('counts disks and addresses, and creates nothing above (3)', async () => {
    const to = lab([disk, address]);
    expect(await apply(to, { maxHourly: 0.046 })).toMatchObject({ exitCode: 3 });
    expect(to.ofType('diagnostic')[0]?.summary).toContain('0.0470 USD per hour with disks and addresses');
    expect(to.terraform.calls).toEqual([]);
    expect(await apply(lab([disk, address]), { maxHourly: 0.047 })).toMatchObject({ exitCode: 0 });
  });

  it('refuses what it cannot know, and names it (3)', async () => {
    const to = lab([address]);
    expect(await apply(to, { maxHourly: 5 })).toMatchObject({ exitCode: 3 });
    expect(to.ofType('diagnostic')[0]).toMatchObject({ summary: expect.stringContaining('the price of the disk on aws') as string, hint: expect.stringContaining('labtui prices refresh --cloud aws --region us-east-1') as string });
  });
});
