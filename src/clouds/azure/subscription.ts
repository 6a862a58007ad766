import * as z from 'zod';
import { invalidInput, LabError } from '../../core/errors.ts';
import { apiVersion } from './api-versions.ts';
import type { ArmClient } from './arm-client.ts';
import type { CliConfig } from './cli-config.ts';
import { type Environment, valueOf } from './endpoints.ts';

export const subscriptionSchema = z.object({ subscriptionId: z.string(), displayName: z.string().default(''), state: z.string().default('Enabled') });

const subscriptionIdPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The subscription that somebody chose: an earlier stack, the profile, the environment, the Azure CLI; null: nobody did. */
export function chosenSubscription(from: { readonly pinned: string | null; readonly profile: string | null; readonly env: Environment; readonly cli: CliConfig }): string | null {
  const { pinned, profile, env, cli } = from;
  const variable = valueOf(env, 'ARM_SUBSCRIPTION_ID') === null ? 'AZURE_SUBSCRIPTION_ID' : 'ARM_SUBSCRIPTION_ID';
  const fromEnvironment = valueOf(env, variable);
  if (pinned === null && profile === null && fromEnvironment !== null && !subscriptionIdPattern.test(fromEnvironment)) {
    throw invalidInput(`${variable} is no subscription id: "${fromEnvironment}"`, 'an id such as 00000000-0000-0000-0000-000000000000: az account list --output table');
  }
  return pinned ?? profile ?? fromEnvironment ?? cli.subscription;
}

/** The one that the credentials see; rejects with kind credentials where there is none, or more than one to choose from. */
export async function onlySubscription(arm: ArmClient): Promise<string> {
  const seen = await arm.list('/subscriptions', apiVersion.subscriptions, subscriptionSchema);
  const enabled = seen.filter(({ state }) => state !== 'Disabled' && state !== 'Deleted');
  const [only] = enabled;
  if (only !== undefined && enabled.length === 1) return only.subscriptionId;
  throw new LabError({
    kind: 'credentials',
    summary: only === undefined ? 'these credentials see no Azure subscription that can be used' : `no Azure subscription is chosen, and there are ${enabled.length}`,
    hint: 'az account set --subscription ID, ARM_SUBSCRIPTION_ID, or azure.subscriptionId in the profile',
    detail: only === undefined ? undefined : enabled.map(({ subscriptionId, displayName }) => `${subscriptionId}  ${displayName}`).join('\n'),
  });
}

/** Rejects where machines cannot be made in it: with kind credentials where nobody sees it, permission where it is disabled. */
export async function checkSubscription(arm: ArmClient, subscription: string): Promise<z.output<typeof subscriptionSchema>> {
  const found = await arm.get(`/subscriptions/${subscription}`, apiVersion.subscriptions, subscriptionSchema);
  if (/^(?:Enabled|PastDue)$/i.test(found.state)) return found;
  throw new LabError({
    kind: 'permission',
    code: 'ReadOnlyDisabledSubscription',
    summary: `the subscription ${found.displayName || subscription} is ${found.state.toLowerCase()}: it can only be read`,
    hint: 'reactivate it in the portal (https://aka.ms/reactivate-subscription), or use another: azure.subscriptionId',
  });
}
