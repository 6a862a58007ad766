import type { ErrorRule } from '../error-rules.ts';

/** Rows of the Azure error table for what a subscription, or somebody in it, may not do or has not agreed to yet. */
export const accessRules: readonly ErrorRule[] = [
  {
    codes: ['MissingSubscriptionRegistration', 'SubscriptionNotRegistered'],
    kind: 'prerequisite',
    summary: ({ text }) => `the subscription is not registered for ${namespaceIn(text) ?? 'a resource provider'} yet`,
    hint: ({ text }) => registerCommand(namespaceIn(text) ?? 'NAMESPACE'),
    retryable: false,
  },
  {
    pattern: /Resource [Pp]rovider was not registered|does not have the necessary permissions to register Resource Providers/,
    kind: 'prerequisite',
    summary: ({ text }) => `the subscription is not registered for ${namespaceIn(text) ?? 'a resource provider'} yet`,
    hint: ({ text }) => registerCommand(namespaceIn(text) ?? 'NAMESPACE'),
    retryable: false,
  },
  {
    codes: ['ReadOnlyDisabledSubscription', 'DisabledSubscription', 'SubscriptionIsDisabled'],
    kind: 'permission',
    summary: 'the subscription is disabled: it can only be read',
    hint: 'reactivate it in the portal (https://aka.ms/reactivate-subscription), or use another: azure.subscriptionId',
    retryable: false,
  },
  {
    codes: ['RequestDisallowedByPolicy'],
    kind: 'permission',
    summary: ({ text }) => `a policy of the subscription forbids it${policyIn(text)}`,
    hint: 'ask the administrator, or choose another region, size or subscription',
    retryable: false,
  },
  {
    codes: ['AuthorizationFailed', 'LinkedAuthorizationFailed', 'RoleAssignmentUpdateNotPermitted'],
    kind: 'permission',
    summary: ({ text }) => `the credentials may not ${/perform action '([^']+)'/.exec(text)?.[1] ?? 'do this'}`,
    hint: 'ask for the role Contributor on the subscription, or use another: azure.subscriptionId',
    retryable: false,
  },
  {
    pattern: /[Ll]egal terms|Get-AzureRmMarketplaceTerms|az vm image (?:terms accept|accept-terms)/,
    kind: 'terms',
    summary: 'the image needs its terms accepted once for the subscription',
    hint: ({ text }) => acceptCommand(text),
    retryable: false,
  },
  {
    codes: ['ResourcePurchaseValidationFailed', 'MarketplacePurchaseEligibilityFailed'],
    kind: 'terms',
    summary: 'Azure Marketplace does not let the subscription have the image: its terms are not accepted, or it is not sold there',
    hint: ({ text }) => `${acceptCommand(text)}   or another image (--image)`,
    retryable: false,
  },
];

/** The command that registers a subscription for a resource provider. */
export function registerCommand(namespace: string): string {
  return `az provider register --namespace ${namespace} --wait`;
}

function namespaceIn(text: string): string | null {
  return /namespace '([\w.]+)'/.exec(text)?.[1] ?? /[Rr]esource [Pp]rovider "?(Microsoft\.\w+)/.exec(text)?.[1] ?? /(Microsoft\.\w+)/.exec(text)?.[1] ?? null;
}

function policyIn(text: string): string {
  const name = /"policyAssignment":\s*\{\s*\\?"name\\?":\s*\\?"([^"\\]+)/.exec(text)?.[1] ?? /policyAssignmentDisplayName\\*":\s*\\*"([^"\\]+)/.exec(text)?.[1];
  return name === undefined ? '' : `: ${name}`;
}

function acceptCommand(text: string): string {
  const [, publisher, offer, sku] = /publisher\s*=\s*'([^']+)'\s*,?\s*offer\s*=\s*'([^']+)'\s*,\s*sku\s*=\s*'([^']+)'/.exec(text) ?? [];
  if (publisher === undefined || offer === undefined || sku === undefined) return 'az vm image terms accept --urn PUBLISHER:OFFER:SKU:VERSION';
  return `az vm image terms accept --publisher ${publisher} --offer ${offer} --plan ${sku}`;
}
