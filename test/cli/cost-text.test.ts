import { describe, expect, it } from 'vitest';
import { costLine } from '../../src/cli/text/cost.ts';
import { renderPlan } from '../../src/cli/text/plan.ts';
import { renderQuestion } from '../../src/cli/text/question.ts';
import { createTheme } from '../../src/cli/theme.ts';
import type { PlanEvent } from '../../src/core/events.ts';
import { sampleRecord } from '../sessions/sample-record.ts';

const plan = (fields: Partial<PlanEvent> = {}, target: Partial<PlanEvent['target']> = {}): PlanEvent => ({
  type: 'plan', add: 9, change: 0, destroy: 0, resources: [],
  hourlyCost: 0.0448, costUntilTtl: 0.1792, monthlyCost: 32.7, costs: { machines: 0.0376, disks: 0.002192, addresses: 0.005 }, unknownCosts: [], costIsUpperBound: false,
  currency: 'USD', priceDate: '2026-01-01', priceRegion: 'us-east-1',
  target: { distro: 'debian@12', arch: 'amd64', instanceType: 't3a.medium', vcpu: 2, memoryGb: 4, region: 'eu-west-1', zone: 'eu-west-1a', imageId: 'ami-1', imageName: 'debian-12', count: 1, diskGb: 20, spot: false, allowFrom: ['198.51.100.7/32'], ...target },
  ...fields,
});

describe('the cost in one line', () => {
  it.each<[string, Partial<PlanEvent>, string]>([
    ['all known', {}, '0.0448 $ per hour (machine 0.0376, disk 0.0022, address 0.0050), 0.18 $ until its TTL, 32.70 $ a month if forgotten, list prices us-east-1 of 2026-01-01'],
    ['without a TTL', { costUntilTtl: null, priceRegion: null }, '0.0448 $ per hour (machine 0.0376, disk 0.0022, address 0.0050), 32.70 $ a month if forgotten, list prices of 2026-01-01'],
    [
      'an unknown disk', { hourlyCost: 0.0426, costUntilTtl: 0.17, monthlyCost: 31.1, costs: { machines: 0.0376, disks: null, addresses: 0.005 }, unknownCosts: ['disks'] },
      '0.0426 $ per hour (machine 0.0376, address 0.0050) + disk unknown, 0.17 $ until its TTL, 31.10 $ a month if forgotten, list prices us-east-1 of 2026-01-01',
    ],
    ['an unknown machine', { hourlyCost: null, costUntilTtl: null, monthlyCost: null, costs: { machines: null, disks: 0.002, addresses: 0.005 }, unknownCosts: ['machines'] }, 'price unknown'],
    ['a spot machine', { costIsUpperBound: true }, 'at most 0.0448 $ per hour (machine 0.0376, disk 0.0022, address 0.0050), 0.18 $ until its TTL, 32.70 $ a month if forgotten, list prices us-east-1 of 2026-01-01, spot as on demand'],
    ['euros of an unknown day', { currency: 'EUR', priceDate: null }, '0.0448 € per hour (machine 0.0376, disk 0.0022, address 0.0050), 0.18 € until its TTL, 32.70 € a month if forgotten, list prices us-east-1'],
    ['an event of an older labtui', { monthlyCost: undefined, costs: undefined, unknownCosts: undefined, costIsUpperBound: undefined }, '0.0448 $ per hour (machine only), 0.18 $ until its TTL, list prices us-east-1 of 2026-01-01'],
  ])('%s', (_, fields, line) => {
    expect(costLine(plan(fields))).toBe(line);
  });

  it('ends the line of a plan', () => {
    expect(renderPlan(plan())).toMatch(/^9 to create: 1 x t3a\.medium in eu-west-1a, debian-12, 0\.0448 \$ per hour/);
  });
});

describe('the question before a lab is made', () => {
  const theme = createTheme(false, { LANG: 'C.UTF-8' });
  const ask = (plans: Readonly<Record<string, PlanEvent>>, width = 120): string => renderQuestion({ about: 'create', session: sampleRecord(), plans }, theme, width);

  it('says per hour, until TTL and per month, with what is in it', () => {
    expect(ask({ aws: plan() }).split('\n').slice(3, 6)).toMatchInlineSnapshot(`
      [
        "  cloud  type        zone        per hour  until TTL  per month  image",
        "  aws    t3a.medium  eu-west-1a  0.0448 $     0.18 $    32.70 $  debian-12",
        "  with disks and addresses, list prices us-east-1 of 2026-01-01",
      ]
    `);
  });

  it('adds several up, and says what is in no sum', () => {
    const azure = plan({ hourlyCost: 0.05, costUntilTtl: 0.2, monthlyCost: 36.5, unknownCosts: ['disks'], priceRegion: null, priceDate: '2026-06-18' }, { instanceType: 'Standard_B2ls_v2', zone: 'eastus-1' });
    expect(ask({ aws: plan(), azure }).split('\n').slice(3, 11)).toMatchInlineSnapshot(`
      [
        "  cloud  type              zone        per hour  until TTL  per month  image",
        "  aws    t3a.medium        eu-west-1a  0.0448 $     0.18 $    32.70 $  debian-12",
        "  azure  Standard_B2ls_v2  eastus-1    0.0500 $     0.20 $    36.50 $  debian-12",
        "  together at least 0.0948 $ per hour, 0.38 $ until TTL, 69.20 $ a month if forgotten",
        "  with disks and addresses, list prices us-east-1 of 2026-01-01; list prices of 2026-06-18",
        "  ! azure: disk unknown, in no sum",
        "  reachable from 198.51.100.7/32 only · protected by guest · 18 resources will be created",
        "",
      ]
    `);
  });

  it('never adds currencies up', () => {
    const text = ask({ aws: plan(), hetzner: plan({ currency: 'EUR' }) });
    expect(text).toContain('together 0.0448 $ per hour');
    expect(text).toContain('together 0.0448 € per hour');
  });

  it('keeps the price on 80 columns', () => {
    expect(ask({ aws: plan({}, { instanceType: 'Standard_B2als_v2' }) }, 80)).toContain('32.70 $');
  });
});
