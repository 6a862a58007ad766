import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NodeSha256 } from '../../../src/clouds/aws/node-sha256.ts';
import { signedCall } from '../../../src/clouds/aws/signed-call.ts';
import type { AwsCaller } from '../../../src/clouds/aws/signed-request.ts';
import { type HostCall, priceHost } from '../../support/price-host.ts';

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const caller = (fetching: AwsCaller['port'], more: Partial<AwsCaller> = {}): AwsCaller => ({
  credentials: () => Promise.resolve({ accessKeyId: 'AKID', secretAccessKey, sessionToken: 'session' }),
  endpoint: null,
  env: {},
  port: fetching,
  signal: new AbortController().signal,
  ...more,
});
const call = { service: 'servicequotas', variable: 'SERVICE_QUOTAS', region: 'eu-west-1', target: 'ServiceQuotasV20190624.GetServiceQuota', body: { ServiceCode: 'ec2' } } as const;

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Signature Version 4 by hand, as AWS documents it. */
function signatureOf({ url, headers, body }: HostCall): string {
  const [, date = '', region = '', service = '', names = ''] = /Credential=[^/]+\/(\d+)\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const sent: Readonly<Record<string, string | undefined>> = { ...headers, host: url.host };
  const canonical = ['POST', url.pathname, '', ...names.split(';').map((name) => `${name}:${sent[name] ?? ''}`), '', names, sha(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'] ?? '', `${date}/${region}/${service}/aws4_request`, sha(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, toSign).toString('hex');
}

describe('a signed call', () => {
  it('carries the signature that AWS will work out, over body, host and session token', async () => {
    const host = priceHost(() => ({ body: { Quota: { Value: 5 } } }));
    expect(await signedCall(caller(host.port), call)).toEqual({ Quota: { Value: 5 } });
    const [sent] = host.calls;
    if (sent === undefined) throw new Error('nothing was sent');
    expect(sent.url.href).toBe('https://servicequotas.eu-west-1.amazonaws.com/');
    expect(sent.body).toBe('{"ServiceCode":"ec2"}');
    expect(sent.headers['x-amz-security-token']).toBe('session');
    expect(sent.headers.authorization).toMatch(/SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-target, Signature=/);
    expect(/Signature=([0-9a-f]{64})$/.exec(sent.headers.authorization ?? '')?.[1]).toBe(signatureOf(sent));
  });

  it.each([
    ['the region of China', { region: 'cn-north-1' }, {}, 'https://servicequotas.cn-north-1.amazonaws.com.cn/'],
    ['a host that begins otherwise', { hostPrefix: 'api.quotas' }, {}, 'https://api.quotas.eu-west-1.amazonaws.com/'],
    ['the endpoint of the profile or a simulated cloud', {}, { endpoint: 'http://127.0.0.1:4566', env: { AWS_ENDPOINT_URL: 'http://other' } }, 'http://127.0.0.1:4566/'],
    ['AWS_ENDPOINT_URL', {}, { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' } }, 'http://127.0.0.1:1/'],
  ])('goes to %s', async (_, callMore, callerMore, href) => {
    const host = priceHost(() => ({ body: {} }));
    await signedCall(caller(host.port, callerMore), { ...call, ...callMore });
    expect(host.calls[0]?.url.href).toBe(href);
  });

  it('says that nobody signed in where there are no credentials', async () => {
    const none = caller(priceHost(() => ({ body: {} })).port, { credentials: () => Promise.reject(Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' })) });
    await expect(signedCall(none, call)).rejects.toMatchObject({ problem: { kind: 'credentials', summary: 'no AWS credentials were found' } });
  });

  it('keeps the code of a refusal that no row knows', async () => {
    const host = priceHost(() => ({ status: 400, body: { __type: 'com.amazonaws.servicequotas#NoSuchResourceException', Message: 'no such quota' } }));
    await expect(signedCall(caller(host.port), call)).rejects.toMatchObject({ problem: { code: 'NoSuchResourceException', detail: 'no such quota' } });
  });
});

describe("Node's SHA-256 for the signer", () => {
  it.each(['', 'abc', 'ä€'])('sums and signs %j as node:crypto does', async (text) => {
    const sum = new NodeSha256();
    sum.update(text);
    expect(Buffer.from(await sum.digest()).toString('hex')).toBe(sha(text));
    const signed = new NodeSha256(new TextEncoder().encode('key').buffer);
    signed.update(Buffer.from(text));
    expect(Buffer.from(await signed.digest()).toString('hex')).toBe(hmac('key', text).toString('hex'));
  });
});
