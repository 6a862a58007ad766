import type { ApiTarget, CloudApi, Lookup } from '../../core/cloud.ts';
import type { Emit } from '../../core/events.ts';
import type { NearestRegion } from '../../core/nearest-region.ts';
import type { StackPlan } from '../../core/plan.ts';
import { inNearestRegion } from '../in-nearest-region.ts';
import { type FetchPort, realFetch } from '../patient-fetch.ts';
import { type ArmClient, armClient } from './arm-client.ts';
import { cliConfig, noCliConfig } from './cli-config.ts';
import { consoleOutput } from './console-output.ts';
import { credentialSource } from './credential-source.ts';
import { type Credentials, openCredentials, simulatedCredentials } from './credentials.ts';
import { resourceManager } from './deadline.ts';
import { offerDeadline } from './deadline-rights.ts';
import { deleteLeftovers } from './delete-leftovers.ts';
import type { Environment } from './endpoints.ts';
import { azureFacts } from './facts.ts';
import { listMarked } from './list-marked.ts';
import { listTagged } from './list-tagged.ts';
import { lookUpStack } from './look-up.ts';
import { findEndpoints } from './metadata-host.ts';
import { readPower, setPower } from './power.ts';
import { principalIn } from './principal.ts';
import { readDeadline } from './read-deadline.ts';
import { azureSettings } from './settings.ts';
import { checkRegistrations, neededProviders } from './registrations.ts';
import { checkSubscription, chosenSubscription, onlySubscription } from './subscription.ts';

const defaultRegion = azureFacts.defaultRegion ?? 'eastus';

interface Opened {
  readonly arm: ArmClient;
  readonly credentials: Credentials;
  readonly subscription: string;
  /** Not one of the sovereign clouds. */
  readonly isPublicCloud: boolean;
}

/** Azure Resource Manager for a target. Nothing is called before the first method is; missing credentials reject then. */
export async function openAzureApi(target: ApiTarget, env: Environment, port: FetchPort = realFetch): Promise<CloudApi> {
  const closing = new AbortController();
  const { simulatedAt } = target;
  const own = simulatedAt === undefined ? env : {};
  const cli = simulatedAt === undefined ? await cliConfig(env) : noCliConfig;

  const connect = async (): Promise<Opened> => {
    const chosen = chosenSubscription({ pinned: target.account ?? null, profile: azureSettings(target.settings).subscriptionId, env: own, cli });
    const endpoints = await findEndpoints(own, port, closing.signal);
    const credentials =
      simulatedAt === undefined
        ? openCredentials(credentialSource(env), { endpoints, subscription: chosen, port, signal: closing.signal })
        : simulatedCredentials();
    const arm = armClient({ origin: simulatedAt ?? endpoints.resourceManager, accessToken: () => credentials.accessToken(), port, signal: closing.signal });
    const isPublicCloud = simulatedAt !== undefined || new URL(endpoints.resourceManager).origin === resourceManager;
    return { arm, credentials, subscription: chosen ?? (await onlySubscription(arm)), isPublicCloud };
  };
  let opened: Promise<Opened> | null = null;
  const open = (): Promise<Opened> => (opened ??= connect());
  const anywhere = async (plan: StackPlan, emit: Emit, lookUp: (region: string, report: Emit) => Promise<Lookup>): Promise<Lookup> => {
    const configured = target.region ?? cli.location;
    if (configured !== null) return lookUp(configured, emit);
    const candidates = await nearestOf(target);
    return inNearestRegion({ cloud: azureFacts.title, plan, candidates, unnamed: 'no location is configured for the Azure CLI', emit, lookUp });
  };

  return {
    whoAmI: async () => {
      const { arm, credentials, subscription } = await open();
      const [{ displayName }, token] = await Promise.all([checkSubscription(arm, subscription), credentials.accessToken()]);
      return { account: displayName === '' ? subscription : `${displayName} (${subscription})`, accountId: subscription, principal: principalIn(token) };
    },
    checkAccount: async () => {
      const { arm, subscription } = await open();
      await checkRegistrations(arm, subscription);
      return `registered for ${neededProviders.join(', ')}`;
    },
    lookup: async (plan, spreadBy, emit, { cloudKeyName = null, again } = {}) => {
      const { arm, subscription } = await open();
      return lookUpStack(arm, { plan, subscription, anywhere: (lookUp) => anywhere(plan, emit, lookUp), spreadBy, cloudKeyName, again, emit });
    },
    offerDeadline: async () => {
      const { arm, subscription, isPublicCloud } = await open();
      return offerDeadline(arm, subscription, isPublicCloud);
    },
    readDeadline: async (query) => readDeadline((await open()).arm, query),
    listBySession: async (sessionId) => {
      const { arm, subscription } = await open();
      return listTagged(arm, subscription, sessionId);
    },
    consoleOutput: async (instanceId) => consoleOutput((await open()).arm, instanceId, port, closing.signal),
    setPower: async (instanceIds, power, signal) => setPower((await open()).arm, { instanceIds, power, sleep: (ms) => port.sleep(ms, signal), signal }),
    readPower: async (instanceIds) => readPower((await open()).arm, instanceIds),
    listMarked: async (regions) => {
      const { arm, subscription } = await open();
      return listMarked(arm, subscription, regions);
    },
    deleteLeftovers: async (found) => deleteLeftovers((await open()).arm, found, (ms) => port.sleep(ms, closing.signal)),
    close: () => closing.abort(),
  };
}

function nearestOf({ nearestRegions }: ApiTarget): Promise<readonly NearestRegion[]> {
  return nearestRegions?.() ?? Promise.resolve([{ region: defaultRegion, by: 'default', reason: 'the default' }]);
}
