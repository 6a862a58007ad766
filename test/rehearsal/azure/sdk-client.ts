import { request } from 'node:https';
import * as z from 'zod';

// What HashiCorp's azurerm 4.81 and 5.2 ask for, and what they insist on getting back, as read in the sources of go-azure-sdk
// (sdk/internal/metadata, sdk/environments, sdk/auth, sdk/client/resourcemanager/poller*.go) and of the provider (internal/clients):
// written anew from what they do, so that the face is held against its client without the client's binary.

export interface SdkAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export interface SdkOptions {
  /** `127.0.0.1:41234`: only a host, since the scheme is always https. */
  readonly metadataHost: string;
  /** PEM; what SSL_CERT_FILE holds. */
  readonly ca: string;
  readonly tenant: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Called between polls, in the place of the poll's pause. */
  readonly pause: (seconds: number) => void | Promise<void>;
}

type Body = Readonly<Record<string, unknown>>;

/** A client as the provider has one after it was configured. */
export interface SdkClient {
  readonly claims: { readonly oid: string; readonly tid: string; readonly appid: string };
  /** null: 404. Rejects for other statuses, and for bodies that are no JSON. */
  get(path: string, apiVersion: string, query?: string): Promise<unknown>;
  /** PUT, PATCH or POST, and its long-running operation to the end. */
  send(method: 'PUT' | 'PATCH' | 'POST', path: string, apiVersion: string, body: Body | null, expected: readonly number[]): Promise<void>;
  /** DELETE; then the resource is asked for until it is gone. */
  remove(path: string, apiVersion: string, expected?: readonly number[]): Promise<void>;
}

const metadataDocument = z.object({
  name: z.string().min(1).refine((name) => name.toUpperCase() !== 'AZURESTACKCLOUD'),
  resourceManager: z.url({ protocol: /^https$/ }),
  microsoftGraphResourceId: z.string().min(1),
  authentication: z.object({ loginEndpoint: z.url({ protocol: /^https$/ }), audiences: z.array(z.string()).min(1), tenant: z.literal('common'), identityProvider: z.literal('AAD') }),
});
const tokenAnswer = z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.number().int() });
const claimsOf = z.object({ oid: z.string().min(1), tid: z.string().min(1), appid: z.string().min(1), scp: z.string().optional() });
const operation = z.object({ status: z.string().default(''), properties: z.object({ provisioningState: z.string().default('') }).default({ provisioningState: '' }), error: z.unknown().optional() });

const mostPolls = 200;

/** Configures itself as the provider does. Rejects where the face would make the provider give up. */
export async function connectSdk({ metadataHost, ca, tenant, clientId, clientSecret, pause }: SdkOptions): Promise<SdkClient> {
  const call = (method: string, url: URL, headers: Readonly<Record<string, string>>, body: string | null): Promise<SdkAnswer> =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method, ca, headers: { ...headers, ...(body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }) }, agent: false }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString('utf8') }));
      });
      sent.on('error', reject);
      sent.end(body ?? undefined);
    });

  const metadata = metadataDocument.parse(jsonOf(await call('GET', new URL(`https://${metadataHost}/metadata/endpoints?api-version=2022-09-01`), {}, null)));
  const tokenFor = async (scope: string): Promise<string> => {
    const form = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials', scope });
    const answer = await call('POST', new URL(`${metadata.authentication.loginEndpoint}/${tenant}/oauth2/v2.0/token`), { 'content-type': 'application/x-www-form-urlencoded' }, form.toString());
    if (answer.status !== 200) throw new Error(`token: ${answer.status} ${answer.text}`);
    return tokenAnswer.parse(jsonOf(answer)).access_token;
  };
  const claims = readClaims(await tokenFor(`${metadata.microsoftGraphResourceId}/.default`));
  const token = await tokenFor(`${metadata.resourceManager}/.default`);
  // 4.x: a look at where the cloud is, with two slashes, whose failure is only logged.
  await call('GET', new URL(`${metadata.resourceManager}//metadata/endpoints?api-version=2018-01-01`), {}, null);

  const arm = (method: string, path: string, query: string, body: Body | null = null): Promise<SdkAnswer> =>
    call(
      method,
      new URL(`${metadata.resourceManager}${path}?${query}`),
      { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/json; charset=utf-8', 'x-ms-correlation-request-id': '00000000-0000-0000-0000-000000000000' },
      body === null ? null : JSON.stringify(body),
    );

  /** As PollerFromResponse chooses: the operation's own address, else the resource's provisioningState. */
  const untilDone = async (path: string, apiVersion: string, first: SdkAnswer): Promise<void> => {
    const link = first.headers['azure-asyncoperation'] ?? first.headers.location;
    if (typeof link === 'string' && link !== '') {
      const url = new URL(link);
      if (url.pathname.toLowerCase() !== path.toLowerCase()) return polled(url.pathname, url.search.slice(1), first);
    }
    if (first.status !== 200 && first.status !== 201) throw new Error(`no applicable pollers were found for the response ${first.status}`);
    for (let polls = 0; polls < mostPolls; polls += 1) {
      const answer = await arm('GET', resourcePath(path), `api-version=${apiVersion}`);
      if (answer.status !== 200) throw new Error(`executing request: ${answer.status}`);
      const { properties, status } = operation.parse(jsonOf(answer));
      const word = properties.provisioningState || status;
      if (/^succeeded$/i.test(word)) return;
      if (/^(?:failed|cancell?ed)$/i.test(word)) throw new Error(`polling failed: ${answer.text}`);
      await pause(10);
    }
    throw new Error('context deadline exceeded');
  };
  const polled = async (path: string, query: string, first: SdkAnswer): Promise<void> => {
    let retryAfter = secondsOf(first, 10);
    for (let polls = 0; polls < mostPolls; polls += 1) {
      await pause(retryAfter);
      const answer = await arm('GET', path, query);
      retryAfter = secondsOf(answer, retryAfter);
      if (answer.status === 202 || answer.status === 404) continue;
      if (![200, 201, 204].includes(answer.status)) throw new Error(`unexpected status ${answer.status} with ${answer.text}`);
      if (answer.status === 200 && answer.text === '') return;
      const { status, properties } = operation.parse(jsonOf(answer));
      const word = properties.provisioningState || status;
      if (word === '') throw new Error('expected either `provisioningState` or `status` to be returned from the LRO API but both were empty');
      if (/^(?:failed|cancell?ed)$/i.test(word)) throw new Error(`polling failed: ${answer.text}`);
      if (/^(?:succeeded|completed)$/i.test(word)) return;
    }
    throw new Error('context deadline exceeded');
  };

  return {
    claims,
    get: async (path, apiVersion, query = '') => {
      const answer = await arm('GET', path, `api-version=${apiVersion}${query === '' ? '' : `&${query}`}`);
      if (answer.status === 404) return checkedRefusal(answer);
      if (answer.status !== 200) throw new Error(`unexpected status ${answer.status} with ${answer.text}`);
      return jsonOf(answer);
    },
    send: async (method, path, apiVersion, body, expected) => {
      const answer = await arm(method, path, `api-version=${apiVersion}`, body);
      if (!expected.includes(answer.status)) throw new Error(`${method} ${path}: unexpected status ${answer.status} with ${answer.text}`);
      await untilDone(path, apiVersion, answer);
    },
    remove: async (path, apiVersion, expected = [200, 202, 204]) => {
      const answer = await arm('DELETE', path, `api-version=${apiVersion}`);
      if (!expected.includes(answer.status)) throw new Error(`DELETE ${path}: unexpected status ${answer.status} with ${answer.text}`);
      for (let polls = 0; polls < mostPolls; polls += 1) {
        const left = await arm('GET', path, `api-version=${apiVersion}`);
        if (left.status === 404) return;
        if (left.status !== 200) throw new Error(`unexpected status code when polling for resource after deletion: ${left.status}`);
        await pause(10);
      }
      throw new Error('context deadline exceeded');
    },
  };
}

function jsonOf({ headers, text }: SdkAnswer): unknown {
  if (!String(headers['content-type']).toLowerCase().startsWith('application/json')) throw new Error(`not JSON: ${String(headers['content-type'])}`);
  return JSON.parse(text);
}

/** A 404 has to be one of Resource Manager's. */
function checkedRefusal(answer: SdkAnswer): null {
  z.object({ error: z.object({ code: z.string().min(1), message: z.string() }) }).parse(jsonOf(answer));
  return null;
}

function readClaims(token: string): SdkClient['claims'] {
  const parts = token.split('.');
  if (parts.length !== 3) throw new Error(`a token has three parts, not ${parts.length}`);
  const claims = claimsOf.parse(JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString()));
  // With a user's scope the provider would ask Microsoft Graph who that is.
  if (claims.scp?.toLowerCase().includes('openid') === true) throw new Error('the token says it is a user');
  return claims;
}

/** Of a call on a resource (`.../start`) the resource's own path. */
function resourcePath(path: string): string {
  const segments = path.split('/').filter((part) => part !== '');
  return `/${(segments.length % 2 === 0 ? segments : segments.slice(0, -1)).join('/')}`;
}

function secondsOf({ headers }: SdkAnswer, usual: number): number {
  const given = Number(headers['retry-after'] ?? '');
  return Number.isInteger(given) && given > 0 ? given : usual;
}
