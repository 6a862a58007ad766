import type { Access } from './ci-request.ts';
import { emulatorPackages } from './labtui-lines.ts';

export interface GithubAccess extends Access {
  /** Lines of `env`. */
  readonly environment: readonly string[];
  /** Lines of `steps`. */
  readonly steps: readonly string[];
}

/** A variable of the repository. */
const variable = (name: string): string => `\${{ vars.${name} }}`;

/**
 * How a job signs in, by cloud: GitHub's own token for the job is exchanged at the cloud, and no key is kept anywhere. The majors of the
 * actions are those that their releases named in 2026.
 */
const logins: Readonly<Record<string, GithubAccess>> = {
  aws: {
    federated: true,
    variables: ['AWS_ROLE_ARN', 'AWS_REGION'],
    environment: [],
    steps: [
      '- name: Log in to AWS',
      '  uses: aws-actions/configure-aws-credentials@v6',
      '  with:',
      `    role-to-assume: ${variable('AWS_ROLE_ARN')}`,
      `    aws-region: ${variable('AWS_REGION')}`,
    ],
  },
  azure: {
    federated: true,
    variables: ['AZURE_CLIENT_ID', 'AZURE_TENANT_ID', 'AZURE_SUBSCRIPTION_ID'],
    environment: [
      "# Terraform's provider takes the CLI's login of people only; this is its own way to the same token.",
      "ARM_USE_OIDC: 'true'",
      `ARM_CLIENT_ID: ${variable('AZURE_CLIENT_ID')}`,
      `ARM_TENANT_ID: ${variable('AZURE_TENANT_ID')}`,
      `ARM_SUBSCRIPTION_ID: ${variable('AZURE_SUBSCRIPTION_ID')}`,
    ],
    steps: [
      '- name: Log in to Azure',
      '  uses: azure/login@v3',
      '  with:',
      `    client-id: ${variable('AZURE_CLIENT_ID')}`,
      `    tenant-id: ${variable('AZURE_TENANT_ID')}`,
      `    subscription-id: ${variable('AZURE_SUBSCRIPTION_ID')}`,
    ],
  },
  gcp: {
    federated: true,
    variables: ['GCP_PROJECT_ID', 'GCP_WORKLOAD_IDENTITY_PROVIDER', 'GCP_SERVICE_ACCOUNT'],
    environment: [],
    steps: [
      '- name: Log in to Google Cloud',
      '  uses: google-github-actions/auth@v3',
      '  with:',
      `    project_id: ${variable('GCP_PROJECT_ID')}`,
      `    workload_identity_provider: ${variable('GCP_WORKLOAD_IDENTITY_PROVIDER')}`,
      `    service_account: ${variable('GCP_SERVICE_ACCOUNT')}`,
      '# What is in the working directory goes to the machines: the login must not.',
      '- name: Keep the login out of the working directory',
      '  run: |',
      '    mv "$GOOGLE_APPLICATION_CREDENTIALS" "$RUNNER_TEMP/google-login.json"',
      '    for name in GOOGLE_APPLICATION_CREDENTIALS GOOGLE_GHA_CREDS_PATH CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE; do',
      '      echo "$name=$RUNNER_TEMP/google-login.json" >> "$GITHUB_ENV"',
      '    done',
    ],
  },
};

/** On the runner itself there is nobody to sign in to, but an emulator to install. */
function onRunner(arches: readonly string[]): GithubAccess {
  return {
    federated: false,
    variables: [],
    environment: [],
    steps: [
      '- name: Install QEMU',
      '  run: |',
      '    sudo apt-get update',
      `    sudo apt-get install --yes --no-install-recommends ${emulatorPackages(arches).join(' ')}`,
      '    if [ -e /dev/kvm ]; then sudo chmod 0666 /dev/kvm; fi',
    ],
  };
}

/** What a job needs to reach these clouds; null where there is no ready way to one. */
export function githubAccess(cloud: string, { onThisComputer, arches }: { readonly onThisComputer: boolean; readonly arches: readonly string[] }): GithubAccess | null {
  return onThisComputer ? onRunner(arches) : (logins[cloud] ?? null);
}
