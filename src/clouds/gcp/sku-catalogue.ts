import * as z from 'zod';
import { getJson } from '../get-json.ts';
import type { Answer, FetchPort } from '../patient-fetch.ts';
import { classify } from './errors.ts';

/** One SKU with its price, of the last tier where there are several: the first may be free. */
export interface Sku {
  readonly description: string;
  /** `OnDemand`, `Preemptible`, `Commit1Yr`. */
  readonly usage: string;
  readonly regions: readonly string[];
  readonly amount: number;
  readonly currency: string;
}

export interface CatalogueAccess {
  readonly headers: Readonly<Record<string, string>>;
  readonly simulatedAt: string | undefined;
  readonly port: FetchPort;
  readonly signal: AbortSignal;
}

const origin = 'https://cloudbilling.googleapis.com';
/** Compute Engine's, in the catalogue of services. */
const computeEngine = '6F81-5844-456A';
const pageSize = '5000';

const money = z.object({ currencyCode: z.string().default('USD'), units: z.string().default('0'), nanos: z.number().default(0) });
const expression = z.object({ tieredRates: z.array(z.object({ unitPrice: money })).default([]) });
const sku = z.object({
  description: z.string(),
  category: z.object({ usageType: z.string().default('') }),
  serviceRegions: z.array(z.string()).default([]),
  pricingInfo: z.array(z.object({ pricingExpression: expression })).default([]),
});
const page = z.object({ skus: z.array(sku).default([]), nextPageToken: z.string().default('') });

/** Compute Engine's SKUs, of all regions: the catalogue has no other question. Some ten pages of several megabytes. */
export async function catalogueSkus({ headers, simulatedAt, port, signal }: CatalogueAccess): Promise<readonly Sku[]> {
  const found: Sku[] = [];
  let pageToken = '';
  do {
    const url = new URL(`/v1/services/${computeEngine}/skus`, simulatedAt ?? origin);
    url.searchParams.set('pageSize', pageSize);
    url.searchParams.set('currencyCode', 'USD');
    if (pageToken !== '') url.searchParams.set('pageToken', pageToken);
    const next: z.output<typeof page> = await getJson({ url, headers, answer: page, title: 'Google Cloud', classify, textOf: refusalText, port, signal });
    found.push(...next.skus.flatMap(read));
    pageToken = next.nextPageToken;
  } while (pageToken !== '');
  return found;
}

function read({ description, category, serviceRegions, pricingInfo }: z.output<typeof sku>): readonly Sku[] {
  const price = pricingInfo.at(-1)?.pricingExpression.tieredRates.at(-1)?.unitPrice;
  if (price === undefined) return [];
  const amount = Number(price.units) + price.nanos / 1e9;
  return [{ description, usage: category.usageType, regions: serviceRegions, amount, currency: price.currencyCode }];
}

const refused = z.object({ error: z.object({ code: z.number(), message: z.string().default(''), status: z.string().default('') }) });

/** In the words in which the table of Google's errors knows refusals. */
function refusalText({ status, text }: Answer): string {
  try {
    const { error } = refused.parse(JSON.parse(text));
    return `googleapi: Error ${error.code}: ${error.message}${error.status === '' ? '' : `, ${error.status}`}`;
  } catch {
    return `googleapi: Error ${status}: `;
  }
}
