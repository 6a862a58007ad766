import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { signedCall } from './signed-call.ts';
import type { AwsCaller } from './signed-request.ts';

/** A product of the price list with its price on demand. */
export interface ListedProduct {
  readonly usageType: string;
  /** As the list writes it: `Hrs`, `GB-Mo`. */
  readonly unit: string;
  readonly usd: number;
}

/** The products of a service whose attributes have these values, those that are not sold on demand left out. */
export type PriceList = (serviceCode: string, attributes: Readonly<Record<string, string>>) => Promise<readonly ListedProduct[]>;

/** One of the few places where the query API answers; prices of all regions are there. */
const region = 'us-east-1';

const page = z.object({ PriceList: z.array(z.string()).default([]), NextToken: z.string().nullish() });
const dimension = z.object({ unit: z.string(), pricePerUnit: z.record(z.string(), z.string()), endRange: z.string().default('Inf') });
const product = z.object({
  product: z.object({ attributes: z.object({ usagetype: z.string() }) }),
  terms: z.object({ OnDemand: z.record(z.string(), z.object({ priceDimensions: z.record(z.string(), dimension) })).default({}) }),
});

/** GetProducts of the AWS Price List query API. Rejects with a LabError. */
export function priceListOf(caller: AwsCaller): PriceList {
  return async (serviceCode, attributes) => {
    const filters = Object.entries(attributes).map(([field, value]) => ({ Type: 'TERM_MATCH', Field: field, Value: value }));
    const found: ListedProduct[] = [];
    let token: string | undefined;
    do {
      const answer: z.output<typeof page> = checked(
        page,
        await signedCall(caller, {
          service: 'pricing',
          hostPrefix: 'api.pricing',
          variable: 'PRICING',
          region,
          target: 'AWSPriceListService.GetProducts',
          body: { ServiceCode: serviceCode, Filters: filters, FormatVersion: 'aws_v1', MaxResults: 100, ...(token === undefined ? {} : { NextToken: token }) },
        }),
      );
      found.push(...answer.PriceList.flatMap(read));
      token = answer.NextToken === '' ? undefined : (answer.NextToken ?? undefined);
    } while (token !== undefined);
    return found;
  };
}

function read(text: string): readonly ListedProduct[] {
  const { product: { attributes }, terms } = checked(product, parsed(text));
  const dimensions = Object.values(terms.OnDemand).flatMap(({ priceDimensions }) => Object.values(priceDimensions));
  // Of several steps the last: what is free at first is not free.
  const last = dimensions.find(({ endRange }) => endRange === 'Inf');
  const usd = Number(last?.pricePerUnit.USD ?? NaN);
  return last === undefined || !Number.isFinite(usd) ? [] : [{ usageType: attributes.usagetype, unit: last.unit, usd }];
}

function checked<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw unknownForm(z.prettifyError(result.error));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unknownForm('a product that is no JSON');
  }
}

function unknownForm(detail: string): LabError {
  return new LabError({ kind: 'conflict', summary: "AWS's price list answered in a form that labtui does not know", detail });
}
