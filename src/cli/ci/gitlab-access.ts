import type { Access } from './ci-request.ts';
import { emulatorPackages } from './labtui-lines.ts';

export interface GitlabAccess extends Access {
  /** Lines of `id_tokens`. */
  readonly tokens: readonly string[];
  /** Lines of `variables`. */
  readonly environment: readonly string[];
  /** Lines of `before_script`, as list entries. */
  readonly before: readonly string[];
}

/** Keeps a token of the job in a file that only the job can read: SDKs and Terraform read it again when they sign in anew. */
const keep = (token: string, file: string): string => `- (umask 077 && printf %s "$${token}" > ${file})`;

/** How a job signs in, by cloud: GitLab's ID token for the job is exchanged at the cloud, and no key is kept anywhere. */
const logins: Readonly<Record<string, GitlabAccess>> = {
  aws: {
    federated: true,
    variables: ['AWS_ROLE_ARN', 'AWS_REGION'],
    tokens: ['AWS_ID_TOKEN:', '  aud: sts.amazonaws.com'],
    environment: ['AWS_WEB_IDENTITY_TOKEN_FILE: /tmp/aws-id-token'],
    before: [keep('AWS_ID_TOKEN', '/tmp/aws-id-token')],
  },
  azure: {
    federated: true,
    variables: ['ARM_CLIENT_ID', 'ARM_TENANT_ID', 'ARM_SUBSCRIPTION_ID'],
    tokens: ['AZURE_ID_TOKEN:', '  aud: api://AzureADTokenExchange'],
    environment: ["ARM_USE_OIDC: 'true'", 'ARM_OIDC_TOKEN_FILE_PATH: /tmp/azure-id-token'],
    before: [keep('AZURE_ID_TOKEN', '/tmp/azure-id-token')],
  },
  gcp: {
    federated: true,
    variables: ['GOOGLE_CLOUD_PROJECT', 'GCP_WORKLOAD_IDENTITY_PROVIDER', 'GCP_SERVICE_ACCOUNT'],
    tokens: ['GCP_ID_TOKEN:', '  aud: https://iam.googleapis.com/$GCP_WORKLOAD_IDENTITY_PROVIDER'],
    environment: ['GOOGLE_APPLICATION_CREDENTIALS: /tmp/google-login.json'],
    before: [
      keep('GCP_ID_TOKEN', '/tmp/gcp-id-token'),
      '- |',
      '  cat > "$GOOGLE_APPLICATION_CREDENTIALS" <<END',
      '  {',
      '    "type": "external_account",',
      '    "audience": "//iam.googleapis.com/$GCP_WORKLOAD_IDENTITY_PROVIDER",',
      '    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",',
      '    "token_url": "https://sts.googleapis.com/v1/token",',
      '    "service_account_impersonation_url": "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/$GCP_SERVICE_ACCOUNT:generateAccessToken",',
      '    "credential_source": { "file": "/tmp/gcp-id-token" }',
      '  }',
      '  END',
    ],
  },
};

/** On the runner itself there is nobody to sign in to, but an emulator to install. */
function onRunner(arches: readonly string[]): GitlabAccess {
  const packages = emulatorPackages(arches).join(' ');
  return { federated: false, variables: [], tokens: [], environment: [], before: [`- apt-get update && apt-get install --yes --no-install-recommends ${packages}`] };
}

/** What a job needs to reach these clouds; null where there is no ready way to one. */
export function gitlabAccess(cloud: string, { onThisComputer, arches }: { readonly onThisComputer: boolean; readonly arches: readonly string[] }): GitlabAccess | null {
  return onThisComputer ? onRunner(arches) : (logins[cloud] ?? null);
}
