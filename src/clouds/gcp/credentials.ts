import type * as AuthLibrary from 'google-auth-library';
import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import type { FetchPort } from '../patient-fetch.ts';
import { type CredentialFile, type CredentialSource, findCredentials } from './credential-source.ts';
import { failureText } from '../failure-text.ts';
import { classify } from './errors.ts';
import type { Environment } from './gcloud-config.ts';
import { machineAccount } from './machine-account.ts';

/** Who labtui is for Google Cloud. */
export interface Credentials {
  /** Valid for some minutes at least. Rejects with kind credentials or network. */
  accessToken(): Promise<string>;
  /** The account's e-mail address; null where the token tells none. */
  principal(): Promise<string | null>;
  /** Project of a service account, or the one that its user is billed to. */
  readonly projectId: string | null;
}

const scope = 'https://www.googleapis.com/auth/cloud-platform';
const userInfo = 'https://openidconnect.googleapis.com/v1/userinfo';
const principalTimeoutMs = 3_000;
/** google-auth-library's own have no end. */
const transporterOptions = { timeout: 15_000 };

const userInfoAnswer = z.object({ email: z.string().optional() });

/** In a rehearsal: what a simulated cloud takes, and nobody else; got from its token endpoint as a user's are from Google's. */
export function simulatedCredentials(simulatedAt: string, port: FetchPort): Credentials {
  const accessToken = async (): Promise<string> => {
    const { auth } = await import('./auth-library.ts');
    const endpoints = { oauth2TokenUrl: new URL('/token', simulatedAt).href };
    const client = new auth.UserRefreshClient({ clientId: 'simulated', clientSecret: 'simulated', refreshToken: 'simulated', endpoints, transporterOptions });
    return tokenOf(client);
  };
  return {
    accessToken,
    principal: async () => (await emailOf(accessToken, new URL('/v1/userinfo', simulatedAt).href, port)) ?? 'simulated',
    projectId: 'labtui-rehearsal',
  };
}

/** The credentials of the environment. google-auth-library is loaded only here. Rejects with kind credentials where there are none. */
export async function openCredentials(env: Environment, port: FetchPort): Promise<Credentials> {
  const source = await findCredentials(env);
  const impersonated = env.GOOGLE_IMPERSONATE_SERVICE_ACCOUNT === '' ? null : (env.GOOGLE_IMPERSONATE_SERVICE_ACCOUNT ?? null);
  const accessToken = await tokenSupply(source, impersonated);
  const named = impersonated ?? emailIn(source);
  return {
    accessToken,
    principal: async () => named ?? (source.kind === 'machine' ? machineAccount(env, port) : emailOf(accessToken, userInfo, port)),
    projectId: source.kind === 'file' ? projectIn(source.content) : null,
  };
}

async function tokenSupply(source: CredentialSource, impersonated: string | null): Promise<() => Promise<string>> {
  if (source.kind === 'token' && impersonated === null) return () => Promise.resolve(source.token);
  const { auth } = await import('./auth-library.ts');
  const own = clientOf(source, auth);
  const client =
    impersonated === null ? own : new auth.Impersonated({ sourceClient: own, targetPrincipal: impersonated, targetScopes: [scope], transporterOptions });
  return () => tokenOf(client);
}

async function tokenOf(client: AuthLibrary.AuthClient): Promise<string> {
  const { token } = await client.getAccessToken().catch((error: unknown) => {
    throw tokenError(error);
  });
  if (token) return token;
  throw new LabError({ kind: 'credentials', summary: 'Google gave no access token for these credentials' });
}

function clientOf(source: CredentialSource, auth: typeof AuthLibrary): AuthLibrary.AuthClient {
  switch (source.kind) {
    case 'token':
      return new auth.OAuth2Client({ credentials: { access_token: source.token }, transporterOptions });
    case 'file':
      return clientOfFile(source.content, auth);
    case 'machine':
      return new auth.Compute({ scopes: [scope], transporterOptions });
  }
}

function clientOfFile(content: CredentialFile, auth: typeof AuthLibrary): AuthLibrary.AuthClient {
  switch (content.type) {
    case 'service_account':
      return new auth.JWT({ email: content.client_email, key: content.private_key, keyId: content.private_key_id, scopes: [scope], transporterOptions });
    case 'authorized_user':
      return new auth.UserRefreshClient({
        clientId: content.client_id,
        clientSecret: content.client_secret,
        refreshToken: content.refresh_token,
        transporterOptions,
      });
    case 'external_account':
      return new auth.IdentityPoolClient({ ...content, scopes: [scope], transporterOptions });
    case 'impersonated_service_account':
      return new auth.Impersonated({
        sourceClient: clientOfFile(content.source_credentials, auth),
        targetPrincipal: accountIn(content.service_account_impersonation_url) ?? '',
        delegates: content.delegates ?? [],
        targetScopes: [scope],
        transporterOptions,
      });
  }
}

/** null: the URL names none. */
function accountIn(impersonationUrl: string): string | null {
  return /([^/]+):generate\w+$/.exec(impersonationUrl)?.[1] ?? null;
}

function emailIn(source: CredentialSource): string | null {
  if (source.kind !== 'file') return null;
  switch (source.content.type) {
    case 'service_account':
      return source.content.client_email;
    case 'external_account':
    case 'impersonated_service_account':
      return accountIn(source.content.service_account_impersonation_url ?? '');
    case 'authorized_user':
      return null;
  }
}

function projectIn(content: CredentialFile): string | null {
  return (content.type === 'service_account' ? content.project_id : undefined) ?? content.quota_project_id ?? null;
}

/** A courtesy: whom a token belongs to. Not knowing it stops nothing. */
async function emailOf(accessToken: () => Promise<string>, url: string, { fetch }: FetchPort): Promise<string | null> {
  const token = await accessToken();
  try {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(principalTimeoutMs) });
    return userInfoAnswer.parse(await response.json()).email ?? null;
  } catch {
    return null;
  }
}

function tokenError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const known = classify(failureText(error));
  const unknown = { kind: 'credentials', summary: `Google gave no access token: ${error.message}`, hint: 'gcloud auth application-default login' } as const;
  return new LabError(known ?? unknown, { cause: error });
}
