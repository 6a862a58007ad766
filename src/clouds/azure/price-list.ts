import * as z from 'zod';
import type { PriceRequest } from '../../core/cloud.ts';
import { type ListedPrice, onSpot, type PriceUnit } from '../../core/prices.ts';
import { getJson } from '../get-json.ts';
import { type FetchPort, realFetch } from '../patient-fetch.ts';
import type { Environment } from './endpoints.ts';
import { classify } from './errors.ts';
import { publicIpv4 } from './prices.ts';

const publicOrigin = 'https://prices.azure.com';
const source = 'Azure Retail Prices API';

/** Of what the API says of a price; more is not needed. Sample answers: Microsoft's documentation of the retail prices API. */
const meter = z.object({
  currencyCode: z.string(),
  retailPrice: z.number(),
  tierMinimumUnits: z.number().default(0),
  effectiveStartDate: z.string(),
  meterName: z.string(),
  skuName: z.string(),
  productName: z.string(),
  armSkuName: z.string().nullish(),
  unitOfMeasure: z.string(),
  type: z.string(),
});
type Meter = z.output<typeof meter>;
const page = z.object({ Items: z.array(meter), NextPageLink: z.string().nullish() });

const diskProducts = ['Premium SSD Managed Disks', 'Standard SSD Managed Disks', 'Standard HDD Managed Disks'];
const addressMeter = 'Standard IPv4 Static Public IP';
/** Azure takes no filter of any length; names are about 40 characters with what is around them. */
const typesAtOnce = 15;

/** List prices of a region: needs no credentials. Rejects with a LabError where Azure does not answer. */
export async function fetchPrices(request: PriceRequest, _env: Environment, port: FetchPort = realFetch): Promise<readonly ListedPrice[]> {
  const here = `armRegionName eq '${request.region}' and priceType eq 'Consumption'`;
  const names = request.types.map(({ type }) => type);
  const questions = [
    ...chunks(names, typesAtOnce).map((some) => `serviceName eq 'Virtual Machines' and ${here} and (${anyOf('armSkuName', some)})`),
    `serviceName eq 'Storage' and ${here} and (${anyOf('productName', diskProducts)})`,
    `serviceName eq 'Virtual Network' and ${here} and meterName eq '${addressMeter}'`,
  ];
  const found: Meter[] = [];
  // One after the other: the API is throttled by address.
  for (const filter of questions) found.push(...(await metersOf(filter, request, port)));
  return newest(found, request).flatMap((each) => listed(each, request));
}

async function metersOf(filter: string, { simulatedAt, signal }: PriceRequest, port: FetchPort): Promise<readonly Meter[]> {
  const origin = simulatedAt ?? publicOrigin;
  const first = new URL('/api/retail/prices', origin);
  first.searchParams.set('$filter', filter);
  const found: Meter[] = [];
  for (let url: URL | null = first; url !== null; ) {
    const { Items, NextPageLink }: z.output<typeof page> = await getJson({ url, answer: page, title: 'Azure', classify, textOf: ({ text }) => text, port, signal });
    found.push(...Items);
    url = NextPageLink ? onOrigin(origin, NextPageLink) : null;
  }
  return found;
}

/** Links come whole, with a port; the next page is asked of whom the first was. */
function onOrigin(origin: string, link: string): URL {
  const { pathname, search } = new URL(link, origin);
  return new URL(`${pathname}${search}`, origin);
}

/** Of several prices of one meter the last that holds already: lists announce prices before they hold. */
function newest(meters: readonly Meter[], { today }: PriceRequest): readonly Meter[] {
  const last = new Map<string, Meter>();
  for (const each of meters) {
    if (each.effectiveStartDate.slice(0, 10) > today || each.tierMinimumUnits > 0 || each.type !== 'Consumption') continue;
    const name = [each.productName, each.skuName, each.meterName, each.armSkuName ?? '', each.unitOfMeasure].join('\n');
    const before = last.get(name);
    if (before === undefined || before.effectiveStartDate <= each.effectiveStartDate) last.set(name, each);
  }
  return [...last.values()];
}

function listed(each: Meter, { region, today, types }: PriceRequest): readonly ListedPrice[] {
  const price = (part: ListedPrice['part'], item: string, unit: PriceUnit): readonly ListedPrice[] => [
    { part, item, amount: each.retailPrice, currency: each.currencyCode, unit, region, date: today, source: `${source}, ${each.meterName}` },
  ];
  if (each.meterName === addressMeter && each.unitOfMeasure === '1 Hour') return price('addresses', publicIpv4, 'hour');
  if (diskProducts.includes(each.productName)) {
    const step = /^([PES]\d+) LRS Disk$/.exec(each.meterName)?.[1];
    return step === undefined || each.unitOfMeasure !== '1/Month' ? [] : price('disks', step, 'month');
  }
  const type = types.find((one) => one.type === each.armSkuName)?.type;
  if (type === undefined || each.unitOfMeasure !== '1 Hour' || isOther(each)) return [];
  return price('machines', each.skuName.endsWith(' Spot') ? onSpot(type) : type, 'hour');
}

/** Windows, the old low priority and the old cloud services are sold under the same size. */
function isOther({ productName, skuName }: Meter): boolean {
  return /\bWindows\b|Cloud ?Services/.test(productName) || skuName.endsWith(' Low Priority');
}

function anyOf(field: string, values: readonly string[]): string {
  return values.map((value) => `${field} eq '${value.replaceAll("'", "''")}'`).join(' or ');
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
