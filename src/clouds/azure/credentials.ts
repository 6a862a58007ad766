import { readFile } from 'node:fs/promises';
import type { TokenCredential } from '@azure/identity';
import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { failureText } from '../failure-text.ts';
import { type FetchPort, fetchPatiently } from '../patient-fetch.ts';
import { signIn } from './credential-errors.ts';
import { type CredentialSource, type Given } from './credential-source.ts';
import type { Endpoints } from './endpoints.ts';
import { classify } from './errors.ts';

/** Who labtui is for Azure. */
export interface Credentials {
  /** Valid for some minutes at least. Rejects with kind credentials or network. */
  accessToken(): Promise<string>;
}

/** The Azure CLI is Python: it takes seconds to start. */
const cliTimeoutMs = 30_000;
const tokenTimeoutMs = 30_000;
/** A token that ends sooner is got anew. */
const remainderMs = 5 * 60_000;
/** What Azure's sign-in wants a federated token to be made for. */
const audience = 'api://AzureADTokenExchange';

/** In a rehearsal: what a simulated cloud takes; nobody else does. Its form is a token's, for whoever reads claims. */
export function simulatedCredentials(): Credentials {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = [part({ typ: 'JWT', alg: 'none' }), part({ upn: 'simulated' }), 'simulated'].join('.');
  return { accessToken: () => Promise.resolve(token) };
}

/** Tokens from where `source` says, for one subscription; `@azure/identity` is loaded only here. */
export function openCredentials(
  source: CredentialSource,
  options: { readonly endpoints: Endpoints; readonly subscription: string | null; readonly port: FetchPort; readonly signal: AbortSignal },
): Credentials {
  let credential: Promise<TokenCredential> | null = null;
  let current: { readonly token: string; readonly expiresOnTimestamp: number } | null = null;
  return {
    accessToken: async () => {
      if (current !== null && current.expiresOnTimestamp - remainderMs > Date.now()) return current.token;
      try {
        const opened = await (credential ??= credentialOf(source, options));
        const abortSignal = AbortSignal.any([options.signal, AbortSignal.timeout(tokenTimeoutMs)]);
        current = await opened.getToken(`${options.endpoints.resourceManager}/.default`, { abortSignal });
      } catch (error) {
        throw tokenError(error);
      }
      if (current === null) throw new LabError({ kind: 'credentials', summary: 'Azure gave no access token for these credentials', hint: signIn });
      return current.token;
    },
  };
}

async function credentialOf(
  source: CredentialSource,
  { endpoints, subscription, port, signal }: Parameters<typeof openCredentials>[1],
): Promise<TokenCredential> {
  const { identity } = await import('./identity-library.ts');
  const general = { authorityHost: endpoints.signIn, retryOptions: { maxRetries: 2, retryDelayInMs: 500, maxRetryDelayInMs: 2_000 } };
  const options = { ...general, disableInstanceDiscovery: endpoints.isOwn === true };
  switch (source.kind) {
    case 'certificate':
      return new identity.ClientCertificateCredential(
        source.tenantId,
        source.clientId,
        { certificate: await pem(source.file), ...(source.password === undefined ? {} : { certificatePassword: source.password }) },
        options,
      );
    case 'secret':
      return new identity.ClientSecretCredential(source.tenantId, source.clientId, await textOf(source.secret), options);
    case 'assertion':
      return new identity.ClientAssertionCredential(source.tenantId, source.clientId, () => textOf(source.token), options);
    case 'assertion-request': {
      const assertion = () => pipelineToken(source.url, source.bearer, port, signal);
      return new identity.ClientAssertionCredential(source.tenantId, source.clientId, assertion, options);
    }
    case 'machine':
      return new identity.ManagedIdentityCredential(source.clientId === null ? general : { clientId: source.clientId, ...general });
    case 'cli':
      return new identity.AzureCliCredential({
        processTimeoutInMs: cliTimeoutMs,
        // A subscription knows its tenant; the CLI takes one of the two.
        ...(subscription !== null ? { subscription } : source.tenantId === null ? {} : { tenantId: source.tenantId }),
      });
  }
}

async function textOf(given: Given): Promise<string> {
  return 'text' in given ? given.text : (await read(given.file)).trim();
}

/** The provider reads PKCS#12 only, @azure/identity PEM only. */
async function pem(file: string): Promise<string> {
  const text = await read(file);
  if (text.includes('-----BEGIN ')) return text;
  throw new LabError({
    kind: 'credentials',
    summary: `labtui cannot read the certificate in ${file}: it is not PEM`,
    hint: `az login --service-principal --username CLIENT_ID --certificate FILE.pem --tenant TENANT, without ARM_CLIENT_CERTIFICATE_PATH; or ARM_CLIENT_SECRET`,
  });
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new LabError({ kind: 'credentials', summary: `the credentials in ${file} cannot be read`, hint: 'check the ARM_* variables' }, { cause: error });
  }
}

const pipelineAnswer = z.object({ value: z.string() });

/** A pipeline's own token, as GitHub Actions gives it. */
async function pipelineToken(url: string, bearer: string, port: FetchPort, signal: AbortSignal): Promise<string> {
  const target = new URL(url);
  target.searchParams.set('audience', audience);
  const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' };
  const answer = await fetchPatiently({ url: target.href, method: 'GET', headers, signal }, port);
  const parsed = answer.status === 200 ? pipelineAnswer.safeParse(JSON.parse(answer.text)) : null;
  if (parsed?.success === true) return parsed.data.value;
  throw new LabError({
    kind: 'credentials',
    summary: `the pipeline gave no token to sign in to Azure with (HTTP ${answer.status})`,
    hint: 'the job needs the permission to write id tokens: permissions: { id-token: write }',
  });
}

function tokenError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LabError) return error;
  const known = classify(failureText(error));
  return new LabError(known ?? { kind: 'credentials', summary: `Azure gave no access token: ${error.message}`, hint: signIn }, { cause: error });
}
