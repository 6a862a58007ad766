import { describe, expect, it } from 'vitest';
import { fetchPrices } from '../../../src/clouds/azure/price-list.ts';
import { type HostAnswer, priceHost, priceRequest, typeOf } from '../../support/price-host.ts';

const request = priceRequest('westeurope', [typeOf('Standard_B2ls_v2')]);

const meter = (fields: Readonly<Record<string, unknown>>): object => ({
  currencyCode: 'USD', tierMinimumUnits: 0, retailPrice: 1, unitPrice: 1, armRegionName: 'westeurope', location: 'EU West', effectiveStartDate: '2024-01-01T00:00:00Z',
  meterId: 'm', meterName: 'B2ls v2', productId: 'p', skuId: 's', productName: 'Virtual Machines Bsv2 Series', skuName: 'B2ls v2', serviceName: 'Virtual Machines', serviceId: 'i',
  serviceFamily: 'Compute', unitOfMeasure: '1 Hour', type: 'Consumption', isPrimaryMeterRegion: true, armSkuName: 'Standard_B2ls_v2', ...fields,
});
const disk = (fields: Readonly<Record<string, unknown>>): object =>
  meter({ serviceName: 'Storage', productName: 'Premium SSD Managed Disks', skuName: 'P4 LRS', meterName: 'P4 LRS Disk', unitOfMeasure: '1/Month', armSkuName: 'Premium_SSD_Managed_Disk_P4', ...fields });
const answer = (items: readonly object[], next: string | null = null): HostAnswer => ({ body: { BillingCurrency: 'USD', CustomerEntityId: 'Default', CustomerEntityType: 'Retail', Items: items, NextPageLink: next, Count: items.length } });

/** Answers by the service that a filter asks for. */
const services = (by: Readonly<Record<string, readonly object[]>>) =>
  priceHost(({ url }) => answer(by[/serviceName eq '([^']+)'/.exec(url.searchParams.get('$filter') ?? '')?.[1] ?? ''] ?? []));
const found = async (by: Readonly<Record<string, readonly object[]>>) =>
  (await fetchPrices(request, {}, services(by).port)).map(({ part, item, amount, unit, region, date }) => [part, item, amount, unit, region, date].join(' '));

describe('the Azure retail prices', () => {
  it('are asked for without credentials, by region and name', async () => {
    const host = services({});
    await fetchPrices(request, {}, host.port);
    expect(host.calls.map(({ url }) => `${url.origin}${url.pathname}`)).toEqual(Array.from({ length: 3 }, () => 'https://prices.azure.com/api/retail/prices'));
    expect(host.calls.map(({ url }) => url.searchParams.get('$filter'))).toEqual([
      "serviceName eq 'Virtual Machines' and armRegionName eq 'westeurope' and priceType eq 'Consumption' and (armSkuName eq 'Standard_B2ls_v2')",
      "serviceName eq 'Storage' and armRegionName eq 'westeurope' and priceType eq 'Consumption' and (productName eq 'Premium SSD Managed Disks' or productName eq 'Standard SSD Managed Disks' or productName eq 'Standard HDD Managed Disks')",
      "serviceName eq 'Virtual Network' and armRegionName eq 'westeurope' and priceType eq 'Consumption' and meterName eq 'Standard IPv4 Static Public IP'",
    ]);
    expect(host.calls.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it('are machines on demand and on spot, disks by step, and the address', async () => {
    expect(
      await found({
        'Virtual Machines': [meter({ retailPrice: 0.0468 }), meter({ retailPrice: 0.0094, skuName: 'B2ls v2 Spot', meterName: 'B2ls v2 Spot' })],
        Storage: [disk({ retailPrice: 5.28 }), disk({ skuName: 'E10 LRS', meterName: 'E10 LRS Disk', productName: 'Standard SSD Managed Disks', retailPrice: 9.6 })],
        'Virtual Network': [meter({ serviceName: 'Virtual Network', productName: 'IP Addresses', skuName: 'Standard', meterName: 'Standard IPv4 Static Public IP', retailPrice: 0.005, armSkuName: '' })],
      }),
    ).toEqual([
      'machines Standard_B2ls_v2 0.0468 hour westeurope 2026-11-21',
      'machines Standard_B2ls_v2 (spot) 0.0094 hour westeurope 2026-11-21',
      'disks P4 5.28 month westeurope 2026-11-21',
      'disks E10 9.6 month westeurope 2026-11-21',
      'addresses public ipv4 0.005 hour westeurope 2026-11-21',
    ]);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['with Windows', { productName: 'Virtual Machines Bsv2 Series Windows' }],
    ['of low priority', { skuName: 'B2ls v2 Low Priority', meterName: 'B2ls v2 Low Priority' }],
    ['of a cloud service', { productName: 'Bsv2 Series CloudServices' }],
    ['reserved for a year', { type: 'Reservation', reservationTerm: '1 Year' }],
    ['that begins later', { effectiveStartDate: '2026-12-01T00:00:00Z' }],
    ['of a higher step of use', { tierMinimumUnits: 100 }],
    ['by another unit', { unitOfMeasure: '1 GB Second' }],
    ['of another size', { armSkuName: 'Standard_B2s' }],
  ])('leave out a machine %s', async (_, fields) => {
    expect(await found({ 'Virtual Machines': [meter({ retailPrice: 0.0468 }), meter({ retailPrice: 9, ...fields })] })).toEqual(['machines Standard_B2ls_v2 0.0468 hour westeurope 2026-11-21']);
  });

  it('leave out what is charged for a disk beside its step', async () => {
    expect(await found({ Storage: [disk({ meterName: 'P4 LRS Disk Mount' }), disk({ meterName: 'P4 ZRS Disk', skuName: 'P4 ZRS' }), disk({ meterName: 'E4 LRS Disk Operations', unitOfMeasure: '10K' })] })).toEqual([]);
  });

  it('are the last that hold already where a price has changed', async () => {
    const changed = [meter({ retailPrice: 3, effectiveStartDate: '2025-01-01T00:00:00Z' }), meter({ retailPrice: 2, effectiveStartDate: '2026-10-01T00:00:00Z' }), meter({ retailPrice: 1 })];
    expect(await found({ 'Virtual Machines': changed })).toEqual(['machines Standard_B2ls_v2 2 hour westeurope 2026-11-21']);
  });

  it('come in pages, all from the one origin', async () => {
    const host = priceHost(({ url }) => {
      const filter = url.searchParams.get('$filter') ?? '';
      if (!filter.includes("'Virtual Machines'")) return answer([]);
      const isSecond = url.searchParams.get('$skip') === '100';
      return isSecond ? answer([meter({ retailPrice: 0.05 })]) : answer([], `https://elsewhere.example:443/api/retail/prices?$filter=${encodeURIComponent(filter)}&$skip=100`);
    });
    const prices = await fetchPrices(request, {}, host.port);
    expect(prices).toMatchObject([{ amount: 0.05 }]);
    expect(new Set(host.calls.map(({ url }) => url.origin))).toEqual(new Set(['https://prices.azure.com']));
  });

  it('are waited for where Azure asks for patience, and given up with a hint', async () => {
    const host = priceHost((_, number) => (number === 0 ? { status: 429, headers: { 'retry-after': '3' }, body: '' } : answer([])));
    await fetchPrices(request, {}, host.port);
    expect(host.pauses).toEqual([3_000]);
    const never = priceHost(() => ({ status: 429, body: '' }));
    await expect(fetchPrices(request, {}, never.port)).rejects.toMatchObject({ problem: { kind: 'throttled', retryable: true, hint: expect.stringContaining('wait') as string } });
    expect(never.calls).toHaveLength(4);
  });

  it.each<[string, HostAnswer, object]>([
    ['a page of a proxy', { body: '<html>sign in</html>' }, { kind: 'network', summary: 'something else than Azure answered' }],
    ['another form', { body: { Items: [{ retailPrice: 'cheap' }] } }, { kind: 'conflict', summary: 'Azure answered in a form that labtui does not know' }],
    ['a refusal', { status: 400, body: { Error: 'Invalid OData' } }, { kind: 'conflict', summary: 'Azure refused a call (HTTP 400)' }],
  ])('reject with a problem for %s', async (_, said, problem) => {
    await expect(fetchPrices(request, {}, priceHost(() => said).port)).rejects.toMatchObject({ problem });
  });

  it('reject with the way to the network where nobody answers', async () => {
    const port = { ...priceHost(() => answer([])).port, fetch: () => Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND prices.azure.com') })) };
    await expect(fetchPrices(request, {}, port)).rejects.toMatchObject({ problem: { kind: 'network', summary: 'prices.azure.com cannot be reached' } });
  });
});
