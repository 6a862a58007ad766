import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { signIn } from './credential-errors.ts';
import { type Environment, gcloudDirectory } from './gcloud-config.ts';

const serviceAccount = z.object({
  type: z.literal('service_account'),
  client_email: z.string(),
  private_key: z.string(),
  private_key_id: z.string().optional(),
  project_id: z.string().optional(),
  quota_project_id: z.string().optional(),
});
const authorizedUser = z.object({
  type: z.literal('authorized_user'),
  client_id: z.string(),
  client_secret: z.string(),
  refresh_token: z.string(),
  quota_project_id: z.string().optional(),
});
/** Federation: a file or an address tells who is asking, as in pipelines. */
const externalAccount = z.object({
  type: z.literal('external_account'),
  audience: z.string(),
  subject_token_type: z.string(),
  token_url: z.string().optional(),
  service_account_impersonation_url: z.string().optional(),
  workforce_pool_user_project: z.string().optional(),
  quota_project_id: z.string().optional(),
  credential_source: z.object({
    file: z.string().optional(),
    url: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    format: z.object({ type: z.enum(['json', 'text']), subject_token_field_name: z.string().optional() }).optional(),
  }),
});
const impersonated = z.object({
  type: z.literal('impersonated_service_account'),
  service_account_impersonation_url: z.string(),
  delegates: z.array(z.string()).optional(),
  source_credentials: z.discriminatedUnion('type', [serviceAccount, authorizedUser]),
  quota_project_id: z.string().optional(),
});
const credentialFile = z.discriminatedUnion('type', [serviceAccount, authorizedUser, externalAccount, impersonated]);

export type CredentialFile = z.output<typeof credentialFile>;

/** Where credentials come from. */
export type CredentialSource =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'file'; readonly content: CredentialFile; readonly from: string }
  /** This computer is a Google Cloud machine: its metadata server has them. */
  | { readonly kind: 'machine' };

const contentVariables = ['GOOGLE_CREDENTIALS', 'GOOGLE_CLOUD_KEYFILE_JSON', 'GCLOUD_KEYFILE_JSON'] as const;

/**
 * The credentials that Terraform's provider would take: an access token, JSON or a file by GOOGLE_CREDENTIALS, then the application
 * default credentials (GOOGLE_APPLICATION_CREDENTIALS, gcloud's file, the metadata server where this is a Google Cloud machine).
 * Rejects with kind credentials where there are none, or none that can be read.
 */
export async function findCredentials(env: Environment): Promise<CredentialSource> {
  if (env.GOOGLE_OAUTH_ACCESS_TOKEN) return { kind: 'token', token: env.GOOGLE_OAUTH_ACCESS_TOKEN };
  for (const variable of contentVariables) {
    const value = env[variable]?.trim();
    if (!value) continue;
    return value.startsWith('{') ? { kind: 'file', content: read(value, variable), from: variable } : fileSource(value, variable);
  }
  if (env.GOOGLE_APPLICATION_CREDENTIALS) return fileSource(env.GOOGLE_APPLICATION_CREDENTIALS, 'GOOGLE_APPLICATION_CREDENTIALS');
  const usual = join(gcloudDirectory(env), 'application_default_credentials.json');
  const text = await readFile(usual, 'utf8').catch(() => null);
  if (text !== null) return { kind: 'file', content: read(text, usual), from: usual };
  if (await isGoogleMachine(env)) return { kind: 'machine' };
  throw new LabError({
    kind: 'credentials',
    summary: 'no Google credentials were found',
    hint: `${signIn}   or GOOGLE_APPLICATION_CREDENTIALS with a key file`,
  });
}

async function fileSource(file: string, variable: string): Promise<CredentialSource> {
  try {
    return { kind: 'file', content: read(await readFile(file, 'utf8'), file), from: file };
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw unreadable(`${variable} names ${file}, which cannot be read`, error);
  }
}

function read(text: string, from: string): CredentialFile {
  try {
    return credentialFile.parse(JSON.parse(text));
  } catch (error) {
    // Never the parser's message: it may show a part of the key.
    throw unreadable(`${from} holds no Google credentials that labtui can read`, error instanceof z.ZodError ? error : undefined);
  }
}

function unreadable(summary: string, cause: unknown): LabError {
  return new LabError({ kind: 'credentials', summary, hint: signIn }, { cause });
}

/** Asking the metadata server costs seconds where there is none: the firmware says it at once. */
async function isGoogleMachine(env: Environment): Promise<boolean> {
  if (env.GCE_METADATA_HOST) return true;
  const product = await readFile('/sys/class/dmi/id/product_name', 'utf8').catch(() => '');
  return product.startsWith('Google');
}
