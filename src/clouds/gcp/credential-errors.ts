import type { ErrorRule } from '../error-rules.ts';

// Not `gcloud auth login`: Terraform and labtui read the application default credentials.
export const signIn = 'gcloud auth application-default login';

/** Rows of the Google Cloud error table for who is asking, and for which project; wordings of the provider and of google-auth-library. */
export const credentialRules: readonly ErrorRule[] = [
  {
    pattern: /rapt_required|invalid_rapt|invalid_grant|Token has been expired or revoked|oauth2: cannot fetch token|token expired and refresh token is not set|oauth2: token expired/,
    kind: 'credentials',
    summary: 'the Google sign-in has expired',
    hint: signIn,
    retryable: false,
  },
  {
    pattern: /application default credentials|could not find default credentials|no Google credentials|No credentials loaded/i,
    kind: 'credentials',
    summary: 'no Google credentials were found',
    hint: `${signIn}   or GOOGLE_APPLICATION_CREDENTIALS with a key file`,
    retryable: false,
  },
  {
    pattern: /invalid authentication credentials|Invalid Credentials|authError|ACCESS_TOKEN_(?:EXPIRED|TYPE_UNSUPPORTED)|googleapi: Error 401/,
    kind: 'credentials',
    summary: 'Google does not accept these credentials',
    hint: `${signIn}   and check GOOGLE_OAUTH_ACCESS_TOKEN, GOOGLE_CREDENTIALS`,
    retryable: false,
  },
  {
    pattern: /error processing credentials|unexpected end of JSON input.*credentials|invalid character .* looking for beginning of value|unable to parse credentials/i,
    kind: 'credentials',
    summary: 'the Google credentials cannot be read',
    hint: `check GOOGLE_CREDENTIALS and GOOGLE_APPLICATION_CREDENTIALS, or: ${signIn}`,
    retryable: false,
  },
  {
    pattern: /project: required field is not set|Failed to retrieve project|[Pp]roject (?:ID )?(?:is )?required/,
    kind: 'prerequisite',
    summary: 'no Google Cloud project is set',
    hint: 'gcloud config set project PROJECT   or GOOGLE_CLOUD_PROJECT; in a profile: gcp.project',
    retryable: false,
  },
  {
    pattern: /has not been used in project|accessNotConfigured|SERVICE_DISABLED|API (?:is|has been) disabled/,
    kind: 'prerequisite',
    summary: ({ text }) => `the Compute Engine API is not enabled in the project${named(projectIn(text))}`,
    hint: ({ text }) => `gcloud services enable compute.googleapis.com${flag(projectIn(text))}   then wait a minute`,
    retryable: false,
  },
  {
    pattern: /billing to be enabled|closed billing account|BILLING_DISABLED|billing account .* (?:is )?(?:disabled|not open)|Billing must be enabled/,
    kind: 'prerequisite',
    summary: ({ text }) => `the project${named(projectIn(text))} has no billing account in use`,
    hint: 'https://console.cloud.google.com/billing/projects   or another project (gcp.project)',
    retryable: false,
  },
  {
    pattern: /The resource 'projects\/[^/']+' was not found|[Ff]ailed to find project|Project '[^']+' not found|Unknown project id/,
    kind: 'invalid-input',
    summary: ({ text }) => `there is no project${named(projectIn(text))}, or these credentials may not see it`,
    hint: 'gcloud projects list   then gcp.project or: gcloud config set project PROJECT',
    retryable: false,
  },
];

function projectIn(text: string): string | null {
  const [, path, called] = /projects\/([^/'"\s?]+)|[Pp]roject (?:id |with id )?#?['"]?([a-z0-9][a-z0-9:.-]+)['"]?/.exec(text) ?? [];
  return path ?? called ?? null;
}

function named(project: string | null): string {
  return project === null ? '' : ` ${project}`;
}

function flag(project: string | null): string {
  return project === null ? '' : ` --project ${project}`;
}
