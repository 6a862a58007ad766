import { describe, expect, it } from 'vitest';
import { awsCloud } from '../../src/clouds/aws/cloud.ts';
import { azureCloud } from '../../src/clouds/azure/cloud.ts';
import { gcpCloud } from '../../src/clouds/gcp/cloud.ts';
import { clouds } from '../../src/clouds/registry.ts';
import type { BilledStack, Cloud } from '../../src/core/cloud.ts';
import { costOf } from '../../src/core/cost.ts';
import { factPrices } from '../../src/core/fact-prices.ts';
import { priceBook } from '../../src/core/prices.ts';

const disk = { sizeGb: 20, type: 'ssd', iops: null, throughput: null, encrypted: true } as const;
const onDemand = { enabled: false, maxPrice: null, fallback: 'on-demand', timeoutMs: 1 } as const;
const spot = { ...onDemand, enabled: true };

const billed = ({ billedItems }: Cloud, fields: Partial<BilledStack>): readonly (readonly [string, number])[] => {
  if (billedItems === undefined) throw new Error('this cloud does not say what it bills');
  return billedItems({ region: 'r', instanceType: 't3a.medium', spot: onDemand, disk, ...fields }).map(({ item, quantity, atMost }) => [`${item}${atMost === undefined ? '' : ` or ${atMost}`}`, quantity]);
};

describe('AWS bills', () => {
  it.each([
    ['gp3 by its size', {}, [['gp3', 20]]],
    ['what gp3 has above 3,000 IOPS and 125 MiB/s', { iops: 4_000, throughput: 500 }, [['gp3', 20], ['gp3 iops', 1_000], ['gp3 throughput', 375]]],
    ['no more for what is in its price', { iops: 3_000, throughput: 125 }, [['gp3', 20]]],
    ['io2 by size and IOPS', { type: 'provisioned-iops', iops: 5_000 }, [['io2', 20], ['io2 iops', 5_000]]],
    ['io2 IOPS in three steps', { type: 'provisioned-iops', sizeGb: 100, iops: 70_000 }, [['io2', 100], ['io2 iops', 32_000], ['io2 iops above 32000', 32_000], ['io2 iops above 64000', 6_000]]],
    ['a magnetic disk by its size', { type: 'standard' }, [['standard', 20]]],
  ])('%s', (_, fields, disks) => {
    expect(billed(awsCloud, { disk: { ...disk, ...fields } as BilledStack['disk'] })).toEqual([['t3a.medium', 1], ...disks, ['public ipv4', 1]]);
  });

  it('a spot machine by its own price, or at most by that on demand', () => {
    expect(billed(awsCloud, { spot })[0]).toEqual(['t3a.medium (spot) or t3a.medium', 1]);
  });
});

describe('Azure bills a disk by the step it fits into', () => {
  it.each([
    ['Standard_B2ls_v2', 'ssd', 20, 'P4'],
    ['Standard_B2ls_v2', 'ssd', 30, 'P4'],
    ['Standard_B2ls_v2', 'ssd', 32, 'P4'],
    ['Standard_B2ls_v2', 'ssd', 33, 'P6'],
    ['Standard_B2ls_v2', 'ssd', 4_095, 'P50'],
    ['Standard_A2_v2', 'ssd', 100, 'E10'],
    ['Standard_B2ls_v2', 'standard', 4, 'S4'],
    ['Standard_B2ls_v2', 'standard', 256, 'S15'],
  ] as const)('%s, %s of %i GB: %s', (instanceType, type, sizeGb, step) => {
    expect(billed(azureCloud, { instanceType, disk: { ...disk, type, sizeGb } })).toEqual([[instanceType, 1], [step, 1], ['public ipv4', 1]]);
  });
});

describe('Google Cloud bills', () => {
  it.each([
    ['e2-medium', {}, [['pd-balanced', 20]]],
    ['e2-medium', { type: 'standard' }, [['pd-standard', 20]]],
    // 3,000 + 6 for each GB above 6, and 140 + 1.5: what a Hyperdisk has by itself.
    ['n4-highcpu-2', {}, [['hyperdisk-balanced', 20], ['hyperdisk-balanced iops', 84], ['hyperdisk-balanced throughput', 21]]],
    ['n4-highcpu-2', { iops: 5_000, throughput: 140 }, [['hyperdisk-balanced', 20], ['hyperdisk-balanced iops', 2_000]]],
  ])('the disk of an %s with %j', (instanceType, fields, disks) => {
    expect(billed(gcpCloud, { instanceType, disk: { ...disk, ...fields } as BilledStack['disk'] })).toEqual([[instanceType, 1], ...disks, ['public ipv4', 1]]);
  });

  it('an address of a spot machine by another price', () => {
    expect(billed(gcpCloud, { instanceType: 'e2-medium', spot })).toEqual([['e2-medium (spot) or e2-medium', 1], ['pd-balanced', 20], ['public ipv4 (spot) or public ipv4', 1]]);
  });
});

describe('prices that labtui brings', () => {
  it.each(clouds.all.map(({ facts }) => [facts.id, facts] as const))('%s: each of disk and address has a source and its day', (_, { prices, machinePriceSource }) => {
    for (const price of prices) {
      expect(price.date, price.item).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(price.source.length, price.item).toBeGreaterThan(10);
      expect(price.amount, price.item).toBeGreaterThan(0);
    }
    expect(machinePriceSource).not.toBe('');
  });

  it.each([
    [awsCloud, 'us-east-1', 't3a.medium'],
    [azureCloud, 'eastus', 'Standard_B2als_v2'],
    [gcpCloud, 'us-central1', 'e2-medium'],
  ])('know every part of the usual lab on each cloud (%#)', (cloud, region, instanceType) => {
    const book = priceBook(() => factPrices(cloud.facts));
    const items = cloud.billedItems?.({ region, instanceType, spot: onDemand, disk: { ...disk, sizeGb: 30 } }) ?? null;
    const priced = { cloud: cloud.id, region, instanceType, hourlyPrice: null, currency: null, priceRegion: null, priceDate: null, machines: [1] };
    expect(costOf(priced, items, book)).toMatchObject({ unknown: [], currency: 'USD', priceRegions: [], isUpperBound: false });
  });
});
