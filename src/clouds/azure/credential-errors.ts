import type { ErrorRule, ErrorText } from '../error-rules.ts';
import { firstSentence } from './error-text.ts';

/** The command that signs in for Terraform's provider and for labtui. */
export const signIn = 'az login';

const seeSubscriptions = 'az account list --output table   and check azure.subscriptionId and ARM_SUBSCRIPTION_ID';

/** Rows of the Azure error table for who is asking: the sign-in's AADSTS numbers, the CLI, @azure/identity and Resource Manager. */
export const credentialRules: readonly ErrorRule[] = [
  {
    pattern: /AADSTS(?:7000222)\b/,
    kind: 'credentials',
    summary: "the service principal's secret has expired",
    hint: 'az ad sp credential reset --id CLIENT_ID   then set ARM_CLIENT_SECRET',
    retryable: false,
  },
  {
    pattern: /AADSTS(?:7000215|700016|90002|700213|70021|700027)\b/,
    kind: 'credentials',
    summary: ({ text }) => `Azure does not know this service principal: ${firstSentence(/AADSTS\d+: ([^\n]*)/.exec(text)?.[1] ?? '')}`,
    hint: 'check ARM_CLIENT_ID, ARM_CLIENT_SECRET and ARM_TENANT_ID',
    retryable: false,
  },
  {
    pattern: /AADSTS700024\b/,
    kind: 'credentials',
    summary: "the pipeline's own token has expired before Azure could read it",
    hint: 'repeat the command in a new job; a token of a pipeline lives for minutes',
    retryable: false,
  },
  {
    pattern: /AADSTS(?:700082|70043|70008|50173|50076|50078|50079|500133|53003|65001)\b/,
    kind: 'credentials',
    summary: 'the Azure sign-in has expired, or asks for more than it was made with',
    hint: ({ text }) => signInCommand(text),
    retryable: false,
  },
  {
    pattern: /executable file not found|Azure CLI could not be found|Azure CLI not found|'az' is not recognized|az: (?:command )?not found/,
    kind: 'credentials',
    summary: 'no Azure credentials were found: no service principal is set, and there is no Azure CLI',
    hint: `ARM_CLIENT_ID, ARM_CLIENT_SECRET and ARM_TENANT_ID, or install the Azure CLI and: ${signIn}`,
    retryable: false,
  },
  {
    pattern: /[Pp]lease run '?"?az login|could not configure AzureCli Authorizer|No subscription found\. Run 'az account set'/,
    kind: 'credentials',
    summary: 'nobody is signed in to the Azure CLI',
    hint: ({ text }) => signInCommand(text),
    retryable: false,
  },
  {
    pattern: /`?subscription_id`? is a required provider property|subscription ID could not be determined/,
    kind: 'credentials',
    summary: 'no Azure subscription is chosen',
    hint: 'az account set --subscription ID, ARM_SUBSCRIPTION_ID, or azure.subscriptionId in the profile; those there are: az account list',
    retryable: false,
  },
  {
    codes: ['SubscriptionNotFound', 'InvalidSubscriptionId'],
    kind: 'credentials',
    summary: unseenSubscription,
    hint: seeSubscriptions,
    retryable: false,
  },
  {
    pattern: /[Ss]ubscription (?:of )?'[^']+' (?:doesn't exist in cloud|not found\. Check the spelling)/,
    kind: 'credentials',
    summary: unseenSubscription,
    hint: seeSubscriptions,
    retryable: false,
  },
  {
    codes: ['InvalidAuthenticationTokenTenant'],
    kind: 'credentials',
    summary: 'the credentials belong to another tenant than the subscription',
    hint: ({ text }) => `az login --tenant ${/must match[^/]*https?:\/\/[\w.]+\/([0-9a-f-]{36})/.exec(text)?.[1] ?? 'TENANT'}`,
    retryable: false,
  },
  {
    codes: ['ExpiredAuthenticationToken', 'InvalidAuthenticationToken', 'AuthenticationFailed', 'InvalidAuthenticationInfo'],
    kind: 'credentials',
    summary: ({ code }) => (code === 'ExpiredAuthenticationToken' ? 'the Azure credentials have expired' : 'Azure does not accept the credentials'),
    hint: `${signIn}   or new ARM_* variables; then repeat the command`,
    retryable: false,
  },
  {
    pattern: /CredentialUnavailableError|unable to build authorizer for Resource Manager API|building account: could not acquire access token|no Authorizer could be configured/,
    kind: 'credentials',
    summary: 'no Azure credentials were found',
    hint: `${signIn}   or ARM_CLIENT_ID, ARM_CLIENT_SECRET and ARM_TENANT_ID`,
    retryable: false,
  },
];

function unseenSubscription({ message }: ErrorText): string {
  return `these credentials see no subscription ${/subscription(?: identifier| of)? '([^']+)'/i.exec(message)?.[1] ?? 'of that id'}`;
}

/** The command that Azure itself names where it names one, with its tenant and scope. */
function signInCommand(text: string): string {
  const [, named] = /(az login(?: --(?:tenant|scope) "?[\w:/.-]+"?)+)/.exec(text) ?? [];
  return named?.replaceAll('"', '') ?? signIn;
}
