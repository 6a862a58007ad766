import type { ApiTarget, PriceRequest } from '../../core/cloud.ts';
import type { InstanceType } from '../../core/clouds.ts';
import type { ListedPrice, PriceUnit } from '../../core/prices.ts';
import { type FetchPort, realFetch } from '../patient-fetch.ts';
import { openClients } from './clients.ts';
import { type ListedProduct, priceListOf, type PriceList } from './price-list-query.ts';
import { publicIpv4 } from './prices.ts';
import { callerOf } from './signed-call.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const source = 'AWS Price List';
const typesAtOnce = 4;

/** Volumes by the end of their usage type, before which a region's letters may stand: `EUC1-EBS:VolumeUsage.gp3`. */
const volumes: readonly { readonly volume: string; readonly item: string; readonly usage: string; readonly unit: PriceUnit; readonly per: number }[] = [
  { volume: 'gp3', item: 'gp3', usage: 'EBS:VolumeUsage.gp3', unit: 'GB-month', per: 1 },
  { volume: 'gp3', item: 'gp3 iops', usage: 'EBS:VolumeP-IOPS.gp3', unit: 'IOPS-month', per: 1 },
  // Listed per GiB/s.
  { volume: 'gp3', item: 'gp3 throughput', usage: 'EBS:VolumeP-Throughput.gp3', unit: 'MiB/s-month', per: 1_024 },
  { volume: 'io2', item: 'io2', usage: 'EBS:VolumeUsage.io2', unit: 'GB-month', per: 1 },
  { volume: 'io2', item: 'io2 iops', usage: 'EBS:VolumeP-IOPS.io2', unit: 'IOPS-month', per: 1 },
  { volume: 'io2', item: 'io2 iops above 32000', usage: 'EBS:VolumeP-IOPS.io2.tier2', unit: 'IOPS-month', per: 1 },
  { volume: 'io2', item: 'io2 iops above 64000', usage: 'EBS:VolumeP-IOPS.io2.tier3', unit: 'IOPS-month', per: 1 },
  { volume: 'standard', item: 'standard', usage: 'EBS:VolumeUsage', unit: 'GB-month', per: 1 },
];
const addressUsage = 'PublicIPv4:InUseAddress';

/** List prices of a region, on demand, with the credentials of the environment. Rejects with a LabError: credentials, permission, network. */
export async function fetchPrices(request: PriceRequest, env: Environment, port: FetchPort = realFetch): Promise<readonly ListedPrice[]> {
  const target: ApiTarget = { region: request.region, settings: {}, simulatedAt: request.simulatedAt };
  const clients = await openClients(target, request.region, env);
  try {
    const list = priceListOf(callerOf(clients, target, { env, port, signal: request.signal }));
    const machines = await inTurn(request.types, typesAtOnce, (type) => machinePrice(type, list, request));
    const disks = await Promise.all([...new Set(volumes.map(({ volume }) => volume))].map((volume) => diskPrices(volume, list, request)));
    return [...machines, ...disks, await addressPrice(list, request)].flat();
  } finally {
    clients.ec2.destroy();
    clients.sts.destroy();
  }
}

/** As the catalogue means a type: Linux without licences, not dedicated, no reservation. */
async function machinePrice({ type }: InstanceType, list: PriceList, request: PriceRequest): Promise<readonly ListedPrice[]> {
  const products = await list('AmazonEC2', {
    regionCode: request.region,
    instanceType: type,
    operatingSystem: 'Linux',
    preInstalledSw: 'NA',
    tenancy: 'Shared',
    capacitystatus: 'Used',
  });
  return first(products.filter(({ unit }) => unit === 'Hrs'), 'machines', type, 'hour', 1, request);
}

async function diskPrices(volume: string, list: PriceList, request: PriceRequest): Promise<readonly ListedPrice[]> {
  const products = await list('AmazonEC2', { regionCode: request.region, volumeApiName: volume });
  return volumes.filter((one) => one.volume === volume).flatMap(({ item, usage, unit, per }) => first(products.filter(isUsage(usage)), 'disks', item, unit, per, request));
}

async function addressPrice(list: PriceList, request: PriceRequest): Promise<readonly ListedPrice[]> {
  const products = await list('AmazonVPC', { regionCode: request.region });
  return first(products.filter(isUsage(addressUsage)), 'addresses', publicIpv4, 'hour', 1, request);
}

function isUsage(usage: string): (product: ListedProduct) => boolean {
  return ({ usageType }) => usageType === usage || usageType.endsWith(`-${usage}`);
}

function first(
  [product]: readonly ListedProduct[],
  part: ListedPrice['part'],
  item: string,
  unit: PriceUnit,
  per: number,
  { region, today }: PriceRequest,
): readonly ListedPrice[] {
  if (product === undefined) return [];
  return [{ part, item, amount: product.usd / per, currency: 'USD', unit, region, date: today, source: `${source}, ${product.usageType}` }];
}

async function inTurn<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += atOnce) results.push(...(await Promise.all(items.slice(from, from + atOnce).map(work))));
  return results;
}
