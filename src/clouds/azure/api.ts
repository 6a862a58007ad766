import type { ApiTarget, CloudApi } from '../../core/cloud.ts';
import type { Emit } from '../../core/events.ts';
import type { NearestRegion } from '../../core/nearest-region.ts';
import { type FetchPort, realFetch } from '../patient-fetch.ts';
import { type ArmClient, armClient } from './arm-client.ts';
import { cliConfig, noCliConfig } from './cli-config.ts';
import { consoleOutput } from './console-output.ts';
import { credentialSource } from './credential-source.ts';
import { type Credentials, openCredentials, simulatedCredentials } from './credentials.ts';
import { deleteLeftovers } from './delete-leftovers.ts';
import { type Environment, endpointsOf } from './endpoints.ts';
import { azureFacts } from './facts.ts';
import { listTagged } from './list-tagged.ts';
import { lookUpStack } from './look-up.ts';
import { principalIn } from './principal.ts';
import { checkSubscription, chosenSubscription, onlySubscription } from './subscription.ts';

const defaultRegion = azureFacts.defaultRegion ?? 'eastus';

interface Opened {
  readonly arm: ArmClient;
  readonly credentials: Credentials;
  readonly subscription: string;
}

/** Azure Resource Manager for a target. Nothing is called before the first method is; missing credentials reject then. */
export async function openAzureApi(target: ApiTarget, env: Environment, port: FetchPort = realFetch): Promise<CloudApi> {
  const closing = new AbortController();
  const { simulatedAt } = target;
  const own = simulatedAt === undefined ? env : {};
  const cli = simulatedAt === undefined ? await cliConfig(env) : noCliConfig;

  const connect = async (): Promise<Opened> => {
    const chosen = chosenSubscription({ pinned: target.account ?? null, profile: target.settings.azure.subscriptionId, env: own, cli });
    const endpoints = endpointsOf(own);
    const credentials =
      simulatedAt === undefined
        ? openCredentials(credentialSource(env), { endpoints, subscription: chosen, port, signal: closing.signal })
        : simulatedCredentials();
    const arm = armClient({ origin: simulatedAt ?? endpoints.resourceManager, accessToken: () => credentials.accessToken(), port, signal: closing.signal });
    return { arm, credentials, subscription: chosen ?? (await onlySubscription(arm)) };
  };
  let opened: Promise<Opened> | null = null;
  const open = (): Promise<Opened> => (opened ??= connect());
  const region = async (emit: Emit): Promise<string> => {
    const configured = target.region ?? cli.location;
    if (configured !== null) return configured;
    const nearest = await nearestOf(target);
    emit({ type: 'fallback', from: 'auto', to: nearest.region, reason: `no location is configured for the Azure CLI; ${nearest.reason}` });
    return nearest.region;
  };

  return {
    whoAmI: async () => {
      const { arm, credentials, subscription } = await open();
      const [{ displayName }, token] = await Promise.all([checkSubscription(arm, subscription), credentials.accessToken()]);
      return { account: displayName === '' ? subscription : `${displayName} (${subscription})`, principal: principalIn(token) };
    },
    lookup: async (plan, spreadBy, emit, { cloudKeyName = null } = {}) => {
      const { arm, subscription } = await open();
      return lookUpStack(arm, { plan, subscription, region: () => region(emit), spreadBy, cloudKeyName, emit });
    },
    listBySession: async (sessionId) => {
      const { arm, subscription } = await open();
      return listTagged(arm, subscription, sessionId);
    },
    consoleOutput: async (instanceId) => consoleOutput((await open()).arm, instanceId, port, closing.signal),
    deleteLeftovers: async (found) => deleteLeftovers((await open()).arm, found),
    close: () => closing.abort(),
  };
}

function nearestOf({ nearestRegion }: ApiTarget): Promise<NearestRegion> {
  return nearestRegion?.() ?? Promise.resolve({ region: defaultRegion, by: 'default', reason: 'the default' });
}
