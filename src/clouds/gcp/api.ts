import * as z from 'zod';
import type { ApiTarget, CloudApi, Lookup } from '../../core/cloud.ts';
import type { Emit } from '../../core/events.ts';
import type { NearestRegion } from '../../core/nearest-region.ts';
import { inNearestRegion } from '../in-nearest-region.ts';
import { type FetchPort, realFetch } from '../patient-fetch.ts';
import { type ComputeClient, computeClient } from './compute-client.ts';
import { type Credentials, openCredentials, simulatedCredentials } from './credentials.ts';
import { deleteLeftovers } from './delete-leftovers.ts';
import { gcpFacts } from './facts.ts';
import { type Environment, gcloudConfig } from './gcloud-config.ts';
import { listLabelled } from './list-labelled.ts';
import { listMarked } from './list-marked.ts';
import { lookUpStack } from './look-up.ts';
import { consoleOutput, publishedHostKeys } from './machine-output.ts';
import { setPower } from './power.ts';
import { configuredRegion, projectOf } from './project.ts';
import { readDeadline } from './read-deadline.ts';
import { gcpSettings } from './settings.ts';

const defaultRegion = gcpFacts.defaultRegion ?? 'us-central1';
const publicEndpoint = 'https://compute.googleapis.com/compute/v1/';

interface Opened {
  readonly client: ComputeClient;
  readonly credentials: Credentials;
}

/** Compute Engine for a target. Nothing is called before the first method is; missing credentials or project reject then. */
export async function openGcpApi(target: ApiTarget, env: Environment, port: FetchPort = realFetch): Promise<CloudApi> {
  const closing = new AbortController();
  const gcloud = target.simulatedAt === undefined ? await gcloudConfig(env) : { project: null, region: null };
  const own = target.simulatedAt === undefined ? env : {};
  const configured = target.region ?? configuredRegion(own, gcloud);
  const candidates = configured === null ? await nearest(target) : null;
  const region = candidates?.[0]?.region ?? configured ?? defaultRegion;

  let opened: Promise<Opened> | null = null;
  const open = async (): Promise<Opened> => {
    const { simulatedAt } = target;
    const credentials = simulatedAt === undefined ? await openCredentials(env, port) : simulatedCredentials(simulatedAt, port);
    const project = projectOf({ pinned: target.account ?? null, profile: gcpSettings(target.settings).project, env: own, credentials: credentials.projectId, gcloud });
    const baseUrl = simulatedAt === undefined ? endpointOf(env) : new URL('/compute/v1/', simulatedAt).href;
    return { credentials, client: computeClient({ project, baseUrl, accessToken: () => credentials.accessToken(), port, signal: closing.signal }) };
  };
  const client = async (): Promise<ComputeClient> => (await (opened ??= open())).client;

  return {
    whoAmI: async () => {
      const { credentials, client: compute } = await (opened ??= open());
      const [{ name }, principal] = await Promise.all([compute.get(`projects/${compute.project}`, z.object({ name: z.string() })), credentials.principal()]);
      return { account: name, principal: principal ?? 'unknown (the token names nobody)' };
    },
    lookup: async (plan, spreadBy, emit, { cloudKeyName = null, again } = {}) => {
      const compute = await client();
      const lookUp = (where: string, report: Emit): Promise<Lookup> => lookUpStack(compute, { plan, region: where, spreadBy, cloudKeyName, again, emit: report });
      if (candidates === null) return lookUp(region, emit);
      return inNearestRegion({ cloud: gcpFacts.title, plan, candidates, unnamed: 'no region is configured for gcloud', emit, lookUp });
    },
    listBySession: async (sessionId) => listLabelled(await client(), sessionId, region),
    readDeadline: async (query) => readDeadline(await client(), query),
    consoleOutput: async (instanceId) => consoleOutput(await client(), instanceId),
    publishedHostKeys: async (instanceId) => publishedHostKeys(await client(), instanceId),
    setPower: async (instanceIds, power, signal) => setPower(await client(), { instanceIds, power, sleep: (ms) => port.sleep(ms, signal), signal }),
    listMarked: async (regions) => listMarked(await client(), regions),
    deleteLeftovers: async (found) => deleteLeftovers(await client(), found, (ms) => port.sleep(ms, closing.signal)),
    close: () => closing.abort(),
  };
}

function nearest({ nearestRegions }: ApiTarget): Promise<readonly NearestRegion[]> {
  return nearestRegions?.() ?? Promise.resolve([{ region: defaultRegion, by: 'default', reason: 'the default' }]);
}

/** The provider heeds this variable, so labtui does: both act on the same cloud. */
function endpointOf(env: Environment): string {
  const custom = env.GOOGLE_COMPUTE_CUSTOM_ENDPOINT;
  if (!custom) return publicEndpoint;
  return custom.endsWith('/') ? custom : `${custom}/`;
}
