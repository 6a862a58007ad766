import * as z from 'zod';
import { CloudError } from '../../engine/cloud-error.ts';
import type { WorldView } from '../../engine/world.ts';
import { regionIds } from '../model/regions.ts';

const asked = z.object({
  ServiceCode: z.string(),
  Filters: z.array(z.object({ Type: z.literal('TERM_MATCH'), Field: z.string(), Value: z.string() })).default([]),
  MaxResults: z.number().int().min(1).max(100).default(100),
  NextToken: z.string().regex(/^\d+$/).optional(),
});

interface Product {
  readonly service: 'AmazonEC2' | 'AmazonVPC';
  readonly attributes: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly usd: number;
}

/** Volumes and addresses as the list names what they are billed by. */
const usages: Readonly<Record<string, { readonly service: Product['service']; readonly volume?: string; readonly usage: string; readonly unit: string }>> = {
  gp3: { service: 'AmazonEC2', volume: 'gp3', usage: 'EBS:VolumeUsage.gp3', unit: 'GB-Mo' },
  io2: { service: 'AmazonEC2', volume: 'io2', usage: 'EBS:VolumeUsage.io2', unit: 'GB-month' },
  'io2 iops': { service: 'AmazonEC2', volume: 'io2', usage: 'EBS:VolumeP-IOPS.io2', unit: 'IOPS-Mo' },
  'public ipv4': { service: 'AmazonVPC', usage: 'PublicIPv4:InUseAddress', unit: 'Hrs' },
};

/** GetProducts: what is on demand, page by page, each product as JSON in a text. */
export function getProducts(view: WorldView, body: unknown): object {
  const query = asked.safeParse(body);
  if (!query.success) throw new CloudError('InvalidParameterException', 'Input Parameters are invalid.');
  const { ServiceCode, Filters, MaxResults, NextToken } = query.data;
  const found = productsOf(view).filter(({ service, attributes }) => service === ServiceCode && Filters.every(({ Field, Value }) => attributes[Field] === Value));
  const from = Number(NextToken ?? 0);
  const next = from + MaxResults;
  return {
    FormatVersion: 'aws_v1',
    PriceList: found.slice(from, next).map((product) => JSON.stringify(document(product))),
    ...(next < found.length ? { NextToken: String(next) } : {}),
  };
}

function productsOf(view: WorldView): readonly Product[] {
  const { instanceTypes = [], prices = [] } = view.catalogue.clouds.aws ?? {};
  return regionIds(view.catalogue).flatMap((regionCode) => [
    ...instanceTypes.flatMap(({ type, hourlyPrice }): readonly Product[] => {
      const attributes = { regionCode, instanceType: type, operatingSystem: 'Linux', preInstalledSw: 'NA', tenancy: 'Shared', capacitystatus: 'Used', usagetype: `BoxUsage:${type}` };
      return hourlyPrice === null ? [] : [{ service: 'AmazonEC2', attributes, unit: 'Hrs', usd: hourlyPrice }];
    }),
    ...prices.flatMap(({ item, amount }): readonly Product[] => {
      const named = usages[item];
      if (named === undefined) return [];
      const { service, volume, usage, unit } = named;
      return [{ service, attributes: { regionCode, ...(volume === undefined ? {} : { volumeApiName: volume }), usagetype: usage }, unit, usd: amount }];
    }),
  ]);
}

function document({ service, attributes, unit, usd }: Product): object {
  return {
    serviceCode: service,
    product: { attributes: { servicecode: service, ...attributes } },
    terms: { OnDemand: { simulated: { priceDimensions: { simulated: { unit, beginRange: '0', endRange: 'Inf', pricePerUnit: { USD: usd.toFixed(10) } } } } } },
  };
}
