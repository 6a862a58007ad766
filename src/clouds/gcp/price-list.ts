import type { PriceRequest } from '../../core/cloud.ts';
import { type ListedPrice, onSpot } from '../../core/prices.ts';
import { type FetchPort, realFetch } from '../patient-fetch.ts';
import { openCredentials, simulatedCredentials } from './credentials.ts';
import type { Environment } from './gcloud-config.ts';
import { publicIpv4 } from './prices.ts';
import { catalogueSkus, type Sku } from './sku-catalogue.ts';
import { skuFamily, skuShape } from './sku-families.ts';

const source = 'Google Cloud Billing Catalog';

/** What is billed by itself, by the beginning of its description; the place follows, but for what is the same everywhere. */
const others: readonly (Pick<ListedPrice, 'part' | 'item' | 'unit'> & { readonly description: string })[] = [
  { part: 'disks', item: 'pd-balanced', unit: 'GB-month', description: 'Balanced PD Capacity' },
  { part: 'disks', item: 'pd-standard', unit: 'GB-month', description: 'Storage PD Capacity' },
  { part: 'disks', item: 'hyperdisk-balanced', unit: 'GB-month', description: 'Hyperdisk Balanced Capacity' },
  { part: 'disks', item: 'hyperdisk-balanced iops', unit: 'IOPS-month', description: 'Hyperdisk Balanced IOPS' },
  { part: 'disks', item: 'hyperdisk-balanced throughput', unit: 'MiB/s-month', description: 'Hyperdisk Balanced Throughput' },
  { part: 'addresses', item: publicIpv4, unit: 'hour', description: 'External IP Charge on a Standard VM' },
  { part: 'addresses', item: onSpot(publicIpv4), unit: 'hour', description: 'External IP Charge on a Spot Preemptible VM' },
];

/**
 * List prices of a region, from the catalogue of Compute Engine's SKUs: with the API key in GOOGLE_API_KEY, else with the credentials of
 * the environment. A machine is the sum of its cores and its memory. Rejects with a LabError: credentials, permission, network.
 */
export async function fetchPrices(request: PriceRequest, env: Environment, port: FetchPort = realFetch): Promise<readonly ListedPrice[]> {
  const skus = await catalogueSkus({ headers: await headersOf(request, env, port), simulatedAt: request.simulatedAt, port, signal: request.signal });
  const here = skus.filter(({ regions }) => regions.includes(request.region) || regions.includes('global'));
  const beside = others.flatMap(({ description, ...what }) => {
    const sku = here.find((one) => one.usage === 'OnDemand' && isCalled(one, description));
    return sku === undefined ? [] : [{ ...what, ...priceOf(sku.amount, sku, request), source: `${source}, ${sku.description}` }];
  });
  return [...machinePrices(here, request), ...beside];
}

async function headersOf({ simulatedAt }: PriceRequest, env: Environment, port: FetchPort): Promise<Readonly<Record<string, string>>> {
  const key = env.GOOGLE_API_KEY ?? '';
  if (simulatedAt === undefined && key !== '') return { 'x-goog-api-key': key };
  const credentials = simulatedAt === undefined ? await openCredentials(env, port) : simulatedCredentials(simulatedAt, port);
  return {
    authorization: `Bearer ${await credentials.accessToken()}`,
    // A user's call counts against a project of theirs.
    ...(credentials.projectId === null ? {} : { 'x-goog-user-project': credentials.projectId }),
  };
}

function machinePrices(skus: readonly Sku[], request: PriceRequest): readonly ListedPrice[] {
  return request.types.flatMap((type) => {
    const family = skuFamily(type.type);
    const shape = skuShape(type);
    if (family === null || shape === null) return [];
    return (['OnDemand', 'Preemptible'] as const).flatMap((usage): readonly ListedPrice[] => {
      const name = usage === 'OnDemand' ? family : `Spot Preemptible ${family}`;
      const core = skus.find((sku) => sku.usage === usage && isCalled(sku, `${name} Core`));
      const ram = skus.find((sku) => sku.usage === usage && isCalled(sku, `${name} Ram`));
      if (core === undefined || ram === undefined) return [];
      const amount = Math.round((shape.vcpu * core.amount + shape.memoryGb * ram.amount) * 1e8) / 1e8;
      const item = usage === 'OnDemand' ? type.type : onSpot(type.type);
      return [{ part: 'machines', item, unit: 'hour', ...priceOf(amount, core, request), source: `${source}, ${name} Core and Ram` }];
    });
  });
}

function isCalled({ description }: Sku, beginning: string): boolean {
  if (!description.startsWith(beginning)) return false;
  const rest = description.slice(beginning.length);
  return rest === '' || / (?:in|running in) /.test(`${rest} `);
}

function priceOf(amount: number, { currency, regions }: Sku, { region, today }: PriceRequest) {
  return { amount, currency, region: regions.includes('global') ? null : region, date: today };
}
