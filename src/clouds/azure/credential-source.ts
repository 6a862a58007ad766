import { LabError } from '../../core/errors.ts';
import { signIn } from './credential-errors.ts';
import { type Environment, valueOf } from './endpoints.ts';

interface ServicePrincipal {
  readonly tenantId: string;
  readonly clientId: string;
}

/** Where credentials come from. */
export type CredentialSource =
  | (ServicePrincipal & { readonly kind: 'certificate'; readonly file: string; readonly password: string | undefined })
  | (ServicePrincipal & { readonly kind: 'secret'; readonly secret: Given })
  /** A token of somebody else's that Azure trusts: a pipeline's, a cluster's. */
  | (ServicePrincipal & { readonly kind: 'assertion'; readonly token: Given })
  | (ServicePrincipal & { readonly kind: 'assertion-request'; readonly url: string; readonly bearer: string })
  /** This computer is a machine of Azure's. */
  | { readonly kind: 'machine'; readonly clientId: string | null }
  | { readonly kind: 'cli'; readonly tenantId: string | null };

/** A secret as it is, or the file that holds it. */
export type Given = { readonly text: string } | { readonly file: string };

/**
 * The credentials that Terraform's provider would take, in its order: a service principal by certificate, secret or federated token,
 * the machine's own where ARM_USE_MSI says so, the Azure CLI's. Rejects with kind credentials where the variables leave none.
 */
export function credentialSource(env: Environment): CredentialSource {
  const clientId = valueOf(env, 'ARM_CLIENT_ID');
  const tenantId = valueOf(env, 'ARM_TENANT_ID');
  if (clientId !== null && tenantId !== null) {
    const principal = { clientId, tenantId };
    const found = servicePrincipal(env, principal);
    if (found !== null) return found;
  }
  if (isOn(env.ARM_USE_AKS_WORKLOAD_IDENTITY) && env.AZURE_CLIENT_ID && env.AZURE_TENANT_ID && env.AZURE_FEDERATED_TOKEN_FILE) {
    const principal = { clientId: env.AZURE_CLIENT_ID, tenantId: env.AZURE_TENANT_ID };
    return { kind: 'assertion', ...principal, token: { file: env.AZURE_FEDERATED_TOKEN_FILE } };
  }
  if (isOn(env.ARM_USE_MSI)) return { kind: 'machine', clientId };
  if (valueOf(env, 'ARM_USE_CLI') === null || isOn(env.ARM_USE_CLI)) return { kind: 'cli', tenantId };
  throw new LabError({
    kind: 'credentials',
    summary: 'no Azure credentials were found, and ARM_USE_CLI forbids those of the Azure CLI',
    hint: `ARM_CLIENT_ID, ARM_CLIENT_SECRET and ARM_TENANT_ID, or unset ARM_USE_CLI and: ${signIn}`,
  });
}

function servicePrincipal(env: Environment, principal: ServicePrincipal): CredentialSource | null {
  const certificate = env.ARM_CLIENT_CERTIFICATE_PATH;
  if (certificate) return { kind: 'certificate', ...principal, file: certificate, password: env.ARM_CLIENT_CERTIFICATE_PASSWORD };
  const secret = given(env.ARM_CLIENT_SECRET, env.ARM_CLIENT_SECRET_FILE_PATH);
  if (secret !== null) return { kind: 'secret', ...principal, secret };
  if (!isOn(env.ARM_USE_OIDC)) return null;
  const token = given(env.ARM_OIDC_TOKEN, env.ARM_OIDC_TOKEN_FILE_PATH);
  if (token !== null) return { kind: 'assertion', ...principal, token };
  const url = env.ARM_OIDC_REQUEST_URL ?? env.ACTIONS_ID_TOKEN_REQUEST_URL;
  const bearer = env.ARM_OIDC_REQUEST_TOKEN ?? env.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
  return url && bearer ? { kind: 'assertion-request', ...principal, url, bearer } : null;
}

function given(text: string | undefined, file: string | undefined): Given | null {
  if (text) return { text };
  return file ? { file } : null;
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value?.toLowerCase() === 'true';
}
