import { describe, expect, it } from 'vitest';
import { fetchPrices } from '../../../src/clouds/gcp/price-list.ts';
import { priceHost, priceRequest, typeOf } from '../../support/price-host.ts';

const sku = (description: string, usd: number, more: { usage?: string; regions?: readonly string[]; unit?: string; free?: boolean } = {}): object => {
  const unitPrice = { currencyCode: 'USD', units: String(Math.trunc(usd)), nanos: Math.round((usd % 1) * 1e9) };
  const rate = { startUsageAmount: 0, unitPrice };
  const tieredRates = more.free === true ? [{ startUsageAmount: 0, unitPrice: { currencyCode: 'USD', units: '0', nanos: 0 } }, { ...rate, startUsageAmount: 30 }] : [rate];
  return {
    name: 'services/6F81-5844-456A/skus/X', skuId: 'X', description,
    category: { serviceDisplayName: 'Compute Engine', resourceFamily: 'Compute', resourceGroup: 'CPU', usageType: more.usage ?? 'OnDemand' },
    serviceRegions: more.regions ?? ['europe-west3'],
    pricingInfo: [{ summary: '', pricingExpression: { usageUnit: more.unit ?? 'h', displayQuantity: 1, tieredRates }, currencyConversionRate: 1, effectiveTime: '2026-11-20T00:00:00Z' }],
  };
};
const request = priceRequest('europe-west3', [typeOf('e2-medium', 2, 4), typeOf('c4a-highcpu-4', 4, 8)]);
const found = async (skus: readonly object[], env = { GOOGLE_API_KEY: 'k' }) => {
  const host = priceHost(() => ({ body: { skus, nextPageToken: '' } }));
  return (await fetchPrices(request, env, host.port)).map(({ item, amount, unit, region }) => `${item} ${amount} ${unit} ${region ?? 'all'}`);
};

describe("Google's catalogue of SKUs", () => {
  it('makes a machine of its cores and memory, shared cores as they are billed', async () => {
    expect(
      await found([
        sku('E2 Instance Core running in Frankfurt', 0.028), sku('E2 Instance Ram running in Frankfurt', 0.0037),
        sku('Spot Preemptible E2 Instance Core running in Frankfurt', 0.008, { usage: 'Preemptible' }), sku('Spot Preemptible E2 Instance Ram running in Frankfurt', 0.001, { usage: 'Preemptible' }),
        sku('C4A Arm Instance Core running in Frankfurt', 0.04), sku('C4A Arm Instance Ram running in Frankfurt', 0.005),
      ]),
    ).toEqual(['e2-medium 0.0428 hour europe-west3', 'e2-medium (spot) 0.012 hour europe-west3', 'c4a-highcpu-4 0.2 hour europe-west3']);
  });

  it('leaves out a machine of which only a half is priced there', async () => {
    expect(await found([sku('E2 Instance Core running in Frankfurt', 0.028), sku('E2 Instance Ram running in Iowa', 0.0037, { regions: ['us-central1'] })])).toEqual([]);
  });

  it('takes no SKU whose name only begins alike, or that is a commitment', async () => {
    expect(
      await found([
        sku('Balanced PD Capacity in Storage Pools in Frankfurt', 9, { usage: 'Commit1Yr' }),
        sku('Balanced PD Capacity in Frankfurt', 0.12),
        sku('Storage PD Capacity', 0.048, { free: true }),
        sku('Hyperdisk Balanced Capacity in Frankfurt', 0.1), sku('Hyperdisk Balanced IOPS in Frankfurt', 0.006), sku('Hyperdisk Balanced Throughput in Frankfurt', 0.05),
        sku('Hyperdisk Balanced High Availability Capacity in Frankfurt', 0.2),
        sku('External IP Charge on a Standard VM', 0.005, { regions: ['global'], free: true }), sku('External IP Charge on a Spot Preemptible VM', 0.0025, { regions: ['global'] }),
      ]),
    ).toEqual([
      'pd-balanced 0.12 GB-month europe-west3',
      'pd-standard 0.048 GB-month europe-west3',
      'hyperdisk-balanced 0.1 GB-month europe-west3',
      'hyperdisk-balanced iops 0.006 IOPS-month europe-west3',
      'hyperdisk-balanced throughput 0.05 MiB/s-month europe-west3',
      'public ipv4 0.005 hour all',
      'public ipv4 (spot) 0.0025 hour all',
    ]);
  });

  it('comes in pages, with the key in a header and never in the address', async () => {
    const host = priceHost(({ url }) => {
      const token = url.searchParams.get('pageToken');
      return { body: token === null ? { skus: [sku('Balanced PD Capacity', 0.12)], nextPageToken: 'two' } : { skus: [sku('Storage PD Capacity', 0.048)] } };
    });
    expect(await fetchPrices(request, { GOOGLE_API_KEY: 'secret' }, host.port)).toHaveLength(2);
    expect(host.calls.map(({ url }) => url.href.replace(/\?.*/, ''))).toEqual(Array.from({ length: 2 }, () => 'https://cloudbilling.googleapis.com/v1/services/6F81-5844-456A/skus'));
    expect(host.calls.map(({ headers }) => headers['x-goog-api-key'])).toEqual(['secret', 'secret']);
    expect(host.calls.some(({ url }) => url.href.includes('secret'))).toBe(false);
  });

  it('is asked with the token of the environment where there is no key', async () => {
    const host = priceHost(() => ({ body: { skus: [] } }));
    await fetchPrices(request, { GOOGLE_OAUTH_ACCESS_TOKEN: 'token' }, host.port);
    expect(host.calls[0]?.headers).toMatchObject({ authorization: 'Bearer token' });
  });

  it.each([
    ['is throttled', { status: 429, body: '' }, { kind: 'throttled' }],
    ['refuses a token', { status: 401, body: { error: { code: 401, message: 'Request had invalid authentication credentials.', status: 'UNAUTHENTICATED' } } }, { kind: 'credentials' }],
    ['is a page of a proxy', { body: 'sign in' }, { kind: 'network' }],
    ['has another form', { body: { skus: 'many' } }, { kind: 'conflict' }],
  ])('says what is wrong where it %s', async (_, said, problem) => {
    await expect(fetchPrices(request, { GOOGLE_API_KEY: 'k' }, priceHost(() => said).port)).rejects.toMatchObject({ problem });
  });
});
