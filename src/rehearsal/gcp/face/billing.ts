import { CloudError } from '../../engine/cloud-error.ts';
import type { CatalogueType } from '../../engine/catalogue.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { WorldView } from '../../engine/world.ts';
import type { FaceContext, FaceRequest, FaceResponse } from '../../face/face.ts';
import { regions } from '../model/places.ts';
import { answer } from './answers.ts';

/** SKUs of Compute Engine in the catalogue of Cloud Billing. */
export const isBilling = (path: string): boolean => /^\/v1\/services\/6F81-5844-456A\/skus$/.test(path);

/** As the catalogue calls the series of machines that labtui's has. */
const families: Readonly<Record<string, string>> = {
  e2: 'E2 Instance',
  n4: 'N4 Instance',
  n4a: 'N4A Instance',
  n4d: 'N4D Instance',
  c4a: 'C4A Arm Instance',
  t2a: 'T2A Arm Instance',
};
const descriptions: Readonly<Record<string, { readonly description: string; readonly unit: string; readonly isGlobal: boolean }>> = {
  'pd-balanced': { description: 'Balanced PD Capacity', unit: 'GiBy.mo', isGlobal: false },
  'pd-standard': { description: 'Storage PD Capacity', unit: 'GiBy.mo', isGlobal: false },
  'public ipv4': { description: 'External IP Charge on a Standard VM', unit: 'h', isGlobal: true },
  'public ipv4 (spot)': { description: 'External IP Charge on a Spot Preemptible VM', unit: 'h', isGlobal: true },
};

/** The list of SKUs, page by page; with a token or an API key, whatever they are. */
export async function answerBilling({ method, headers, query }: FaceRequest, { world, caller }: FaceContext): Promise<FaceResponse> {
  if (method !== 'GET') throw new CloudError('notFound', 'Not Found', { status: 404 });
  if (headers.authorization === undefined && headers['x-goog-api-key'] === undefined) {
    throw new CloudError('forbidden', 'Method doesn\'t allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.', { status: 403 });
  }
  const skus = await world.call({ cloud: 'gcp', operation: 'cloudbilling.services.skus.list', verb: 'list', subject: 'type', caller }, skusOf);
  const size = Math.min(5_000, Number(query.get('pageSize') ?? '5000') || 5_000);
  const from = Number(query.get('pageToken') ?? '0') || 0;
  return answer({ skus: skus.slice(from, from + size), nextPageToken: from + size < skus.length ? String(from + size) : '' });
}

function skusOf(view: WorldView): readonly JsonObject[] {
  const { instanceTypes = [], prices = [] } = view.catalogue.clouds.gcp ?? {};
  const places = regions(view).map(({ region }) => region);
  const bySeries = new Map(instanceTypes.map((type) => [type.type.split('-')[0] ?? '', type]));
  return [
    ...[...bySeries].flatMap(([series, type]) => seriesSkus(families[series], type, places)),
    ...prices.flatMap(({ item, amount }) => {
      const named = descriptions[item];
      return named === undefined ? [] : [sku(named.description, named.unit, amount, named.isGlobal ? ['global'] : places)];
    }),
  ];
}

/** Types of a series have one proportion of memory to cores: any split of the price gives each its own again. */
function seriesSkus(family: string | undefined, { type, vcpu, memoryGb, hourlyPrice }: CatalogueType, places: readonly string[]): readonly JsonObject[] {
  if (family === undefined || hourlyPrice === null) return [];
  const cores = type === 'e2-medium' ? 1 : vcpu;
  return [
    sku(`${family} Core running in Americas`, 'h', hourlyPrice / 2 / cores, places),
    sku(`${family} Ram running in Americas`, 'GiBy.h', hourlyPrice / 2 / memoryGb, places),
  ];
}

function sku(description: string, usageUnit: string, usd: number, serviceRegions: readonly string[]): JsonObject {
  const units = Math.trunc(usd);
  return {
    description,
    category: { serviceDisplayName: 'Compute Engine', resourceFamily: 'Compute', usageType: 'OnDemand' },
    serviceRegions: [...serviceRegions],
    pricingInfo: [{ pricingExpression: { usageUnit, tieredRates: [{ startUsageAmount: 0, unitPrice: { currencyCode: 'USD', units: String(units), nanos: Math.round((usd - units) * 1e9) } }] } }],
  };
}
