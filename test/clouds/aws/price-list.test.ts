import { describe, expect, it, vi } from 'vitest';
import { fetchPrices } from '../../../src/clouds/aws/price-list.ts';
import { type HostCall, priceHost, priceRequest, typeOf } from '../../support/price-host.ts';

// As cloud.ts does before it loads the SDK, which here is loaded at once.
vi.hoisted(() => {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
});

const env = { AWS_ACCESS_KEY_ID: 'KEY', AWS_SECRET_ACCESS_KEY: 'secret' };
const request = priceRequest('eu-central-1', [typeOf('t3a.medium')]);

const product = (usagetype: string, usd: string, unit: string, more: Readonly<Record<string, object>> = {}): string =>
  JSON.stringify({
    product: { productFamily: 'Storage', sku: 'S', attributes: { usagetype, regionCode: 'eu-central-1' } },
    serviceCode: 'AmazonEC2',
    terms: { OnDemand: { 'S.T': { priceDimensions: { 'S.T.P': { unit, beginRange: '0', endRange: 'Inf', pricePerUnit: { USD: usd } }, ...more }, effectiveDate: '2026-11-01T00:00:00Z' } } },
    version: '1', publicationDate: '2026-11-19T00:00:00Z',
  });

interface Asked {
  readonly ServiceCode: string;
  readonly Filters: readonly { readonly Type: string; readonly Field: string; readonly Value: string }[];
  readonly NextToken?: string;
}
const asked = ({ body }: HostCall): Asked => JSON.parse(body) as Asked;
const filtersOf = (call: HostCall): Readonly<Record<string, string>> => Object.fromEntries(asked(call).Filters.map(({ Field, Value }) => [Field, Value]));

const lists = (by: (call: HostCall) => readonly string[]) => priceHost((call) => ({ body: { FormatVersion: 'aws_v1', PriceList: by(call) } }));

describe('the AWS price list', () => {
  it('is asked where it answers, signed for it, for Linux without licences', async () => {
    const host = lists(() => []);
    await fetchPrices(request, env, host.port);
    for (const { url, method, headers } of host.calls) {
      expect(`${method} ${url.href}`).toBe('POST https://api.pricing.us-east-1.amazonaws.com/');
      expect(headers).toMatchObject({ 'x-amz-target': 'AWSPriceListService.GetProducts', 'content-type': 'application/x-amz-json-1.1' });
      expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=KEY\/\d{8}\/us-east-1\/pricing\/aws4_request, SignedHeaders=content-type;host;x-amz-/);
    }
    expect(host.calls.slice(0, 1).map(filtersOf)).toEqual([{ regionCode: 'eu-central-1', instanceType: 't3a.medium', operatingSystem: 'Linux', preInstalledSw: 'NA', tenancy: 'Shared', capacitystatus: 'Used' }]);
    expect(host.calls.map((call) => [asked(call).ServiceCode, filtersOf(call).volumeApiName ?? null])).toEqual([
      ['AmazonEC2', null], ['AmazonEC2', 'gp3'], ['AmazonEC2', 'io2'], ['AmazonEC2', 'standard'], ['AmazonVPC', null],
    ]);
  });

  it('prices machines, volumes with what they may have more, and the address', async () => {
    const host = lists((call) => {
      const { instanceType, volumeApiName } = filtersOf(call);
      if (instanceType !== undefined) return [product('EUC1-BoxUsage:t3a.medium', '0.0432000000', 'Hrs')];
      if (volumeApiName === 'gp3') return [product('EUC1-EBS:VolumeP-IOPS.gp3', '0.006', 'IOPS-Mo'), product('EUC1-EBS:VolumeP-Throughput.gp3', '48.6912', 'GiBps-mo'), product('EUC1-EBS:VolumeUsage.gp3', '0.0952', 'GB-Mo')];
      if (volumeApiName === 'io2') return [product('EUC1-EBS:VolumeUsage.io2', '0.149', 'GB-month'), product('EUC1-EBS:VolumeP-IOPS.io2', '0.078', 'IOPS-Mo'), product('EUC1-EBS:VolumeP-IOPS.io2.tier2', '0.0546', 'IOPS-Mo')];
      if (volumeApiName === 'standard') return [product('EUC1-EBS:VolumeIOUsage', '0.06', 'IOs'), product('EUC1-EBS:VolumeUsage', '0.059', 'GB-Mo')];
      return [product('EUC1-PublicIPv4:IdleAddress', '0.005', 'Hrs'), product('EUC1-PublicIPv4:InUseAddress', '0.005', 'Hrs')];
    });
    expect((await fetchPrices(request, env, host.port)).map(({ item, amount, unit, region }) => `${item} ${Number(amount.toFixed(6))} ${unit} ${region ?? ''}`)).toEqual([
      't3a.medium 0.0432 hour eu-central-1',
      'gp3 0.0952 GB-month eu-central-1',
      'gp3 iops 0.006 IOPS-month eu-central-1',
      'gp3 throughput 0.04755 MiB/s-month eu-central-1',
      'io2 0.149 GB-month eu-central-1',
      'io2 iops 0.078 IOPS-month eu-central-1',
      'io2 iops above 32000 0.0546 IOPS-month eu-central-1',
      'standard 0.059 GB-month eu-central-1',
      'public ipv4 0.005 hour eu-central-1',
    ]);
  });

  it('comes in pages, and of several steps the last one counts', async () => {
    const host = priceHost((call) => {
      if (asked(call).ServiceCode !== 'AmazonVPC') return { body: { PriceList: [] } };
      if (asked(call).NextToken === undefined) return { body: { PriceList: [product('EUC1-NatGateway-Hours', '0.052', 'Hrs')], NextToken: 'two' } };
      const free = { free: { unit: 'Hrs', beginRange: '0', endRange: '750', pricePerUnit: { USD: '0' } } };
      return { body: { PriceList: [product('EUC1-PublicIPv4:InUseAddress', '0.005', 'Hrs', free)], NextToken: '' } };
    });
    expect(await fetchPrices(request, env, host.port)).toMatchObject([{ item: 'public ipv4', amount: 0.005 }]);
  });

  it('is asked again where AWS throttles it with status 400', async () => {
    const host = priceHost((_, number) => (number === 0 ? { status: 400, body: { __type: 'com.amazonaws.pricing#ThrottlingException', Message: 'Rate exceeded' } } : { body: { PriceList: [] } }));
    await fetchPrices(request, env, host.port);
    expect(host.pauses).toHaveLength(1);
    expect(host.calls).toHaveLength(6);
  });

  it.each<[string, { readonly status?: number; readonly body: object | string }, object]>([
    ['throttles for good', { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } }, { kind: 'throttled', code: 'ThrottlingException' }],
    ['does not know the keys', { status: 400, body: { __type: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' } }, { kind: 'credentials' }],
    ['forbids it', { status: 400, body: { __type: 'AccessDeniedException', Message: 'User: u is not authorized to perform: pricing:GetProducts' } }, { kind: 'permission', summary: 'the credentials may not pricing:GetProducts' }],
    ['is a proxy', { body: '<html>' }, { kind: 'network', summary: 'something else than AWS answered' }],
    ['answers in another form', { body: { PriceList: [{}] } }, { kind: 'conflict' }],
    ['has a product that is no JSON', { body: { PriceList: ['{'] } }, { kind: 'conflict' }],
  ])('says what is wrong where it %s', async (_, said, problem) => {
    await expect(fetchPrices(request, env, priceHost(() => said).port)).rejects.toMatchObject({ problem });
  });

  it('goes where AWS_ENDPOINT_URL sends it', async () => {
    const host = lists(() => []);
    await fetchPrices(request, { ...env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9/all', AWS_ENDPOINT_URL_PRICING: 'http://127.0.0.1:8/prices' }, host.port);
    expect(new Set(host.calls.map(({ url }) => url.href))).toEqual(new Set(['http://127.0.0.1:8/prices']));
  });
});
