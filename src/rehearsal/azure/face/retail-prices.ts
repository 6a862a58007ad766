import type { Json, JsonObject } from '../../engine/json.ts';
import type { WorldView } from '../../engine/world.ts';
import { type Handler, json } from './answer.ts';

/** As the API has at most. */
const pageSize = 100;

const diskProducts: Readonly<Record<string, string>> = { P: 'Premium SSD Managed Disks', E: 'Standard SSD Managed Disks', S: 'Standard HDD Managed Disks' };

/** The retail prices API: open to anybody, the same prices in every region. */
export const retailPrices: Handler = async ({ request, context: { world, caller } }) => {
  const wanted = conditions(request.query.get('$filter') ?? '');
  const call = { cloud: 'azure', operation: 'Retail prices', verb: 'list', subject: 'type', caller } as const;
  const items = await world.call(call, (view) => metersOf(view, wanted.get('armRegionName') ?? []).filter((meter) => fitsAll(meter, wanted)));
  const from = Number(request.query.get('$skip') ?? '0') || 0;
  const next = new URLSearchParams(request.query);
  next.set('$skip', String(from + pageSize));
  return json(200, {
    BillingCurrency: 'USD',
    CustomerEntityId: 'Default',
    CustomerEntityType: 'Retail',
    Items: items.slice(from, from + pageSize),
    NextPageLink: from + pageSize < items.length ? `${request.origin}${request.path}?${next.toString()}` : null,
    Count: Math.min(pageSize, Math.max(0, items.length - from)),
  });
};

/** Values by field: of one field any, of different fields all, which is how such filters are written. */
function conditions(filter: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [, field = '', value = ''] of filter.matchAll(/(\w+)\s+eq\s+'((?:[^']|'')*)'/g)) {
    found.set(field, [...(found.get(field) ?? []), value.replaceAll("''", "'")]);
  }
  return found;
}

function fitsAll(meter: JsonObject, wanted: ReadonlyMap<string, readonly string[]>): boolean {
  return [...wanted].every(([field, values]) => values.some((value) => value === meter[field === 'priceType' ? 'type' : field]));
}

function metersOf(view: WorldView, regions: readonly string[]): readonly JsonObject[] {
  const { regions: known = [], instanceTypes = [], prices = [] } = view.catalogue.clouds.azure ?? {};
  return known.filter(({ id }) => regions.includes(id)).flatMap(({ id: armRegionName }) => [
    ...instanceTypes.flatMap(({ type, hourlyPrice }) => {
      const name = type.replace(/^Standard_/, '').replaceAll('_', ' ');
      const size = { serviceName: 'Virtual Machines', productName: 'Virtual Machines simulated', skuName: name, meterName: name, armSkuName: type };
      return hourlyPrice === null ? [] : [meter(armRegionName, hourlyPrice, '1 Hour', size)];
    }),
    ...prices.flatMap(({ item, amount }) => {
      const productName = diskProducts[item.slice(0, 1)];
      if (item === 'public ipv4') {
        return [meter(armRegionName, amount, '1 Hour', { serviceName: 'Virtual Network', productName: 'IP Addresses', skuName: 'Standard', meterName: 'Standard IPv4 Static Public IP', armSkuName: '' })];
      }
      if (productName === undefined) return [];
      return [meter(armRegionName, amount, '1/Month', { serviceName: 'Storage', productName, skuName: `${item} LRS`, meterName: `${item} LRS Disk`, armSkuName: '' })];
    }),
  ]);
}

function meter(armRegionName: string, price: number, unitOfMeasure: string, names: Readonly<Record<string, Json>>): JsonObject {
  return {
    currencyCode: 'USD',
    tierMinimumUnits: 0,
    retailPrice: price,
    unitPrice: price,
    armRegionName,
    effectiveStartDate: '2026-01-01T00:00:00Z',
    unitOfMeasure,
    type: 'Consumption',
    isPrimaryMeterRegion: true,
    ...names,
  };
}
