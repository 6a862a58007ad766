import * as z from 'zod';
import type { Lookup, LookupAgain } from '../../core/cloud.ts';
import { invalidInput, LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { StackPlan } from '../../core/plan.ts';
import { didYouMean } from '../../core/suggest.ts';
import { type ComputeClient, isForbidden, isMissing } from './compute-client.ts';
import { gcpFacts } from './facts.ts';
import { lookUpImage } from './image-look-up.ts';
import { offersOf, placeMachines } from './machine-type-look-up.ts';
import { noStoredKeys } from './metadata.ts';
import { lastOf } from './names.ts';
import { lookUpNetwork } from './network-look-up.ts';
import { checkQuotas, projectQuotas, type Quota } from './quota.ts';

export interface LookUpInput {
  readonly plan: StackPlan;
  readonly region: string;
  /** The zone among several that fit is chosen by this text, so that many sessions do not crowd one zone. */
  readonly spreadBy: string;
  readonly cloudKeyName: string | null;
  readonly again?: LookupAgain | undefined;
  readonly emit: Emit;
}

const regionAnswer = z.object({
  status: z.string().optional(),
  zones: z.array(z.string()).default([]),
  quotas: z.array(z.object({ metric: z.string(), limit: z.number(), usage: z.number() })).default([]),
});

/** What only Compute Engine can answer of a plan, asked at once and checked against each other. Rejects with a LabError. */
export async function lookUpStack(client: ComputeClient, input: LookUpInput): Promise<Lookup> {
  const { plan, region, spreadBy, again, emit } = input;
  if (input.cloudKeyName !== null) throw noStoredKeys(input.cloudKeyName);
  if (plan.spot.enabled && plan.spot.maxPrice !== null) {
    emit({ type: 'log', level: 'warn', message: 'Google Cloud has no price ceiling for spot machines: spot.maxPrice is not heeded there' });
  }
  const [{ zones, quotas, offers }, global, image, network] = await Promise.all([
    lookUpRegion(client, plan, region),
    projectQuotas(client),
    lookUpImage(client, plan, emit),
    lookUpNetwork(client, plan, region, emit),
  ]);
  const placement = placeMachines({ plan, region, offers, zones: allowedZones(plan, region, zones), image, spreadBy, again, emit });
  // A second look-up would count what the first try has made already.
  if (again === undefined) checkQuotas({ plan, region, project: client.project, placement, regional: quotas, global });
  const { type, offered, zone } = placement;
  return {
    account: client.project,
    region,
    zone,
    image,
    instanceType: type.type,
    vcpu: offered.guestCpus,
    memoryGb: offered.memoryMb / 1_024,
    hourlyPrice: type.hourlyPrice,
    currency: type.currency,
    priceRegion: type.priceRegion,
    priceDate: type.priceDate,
    networkIds: network,
  };
}

async function lookUpRegion(client: ComputeClient, plan: StackPlan, region: string) {
  const found = await client.get(`projects/${client.project}/regions/${region}`, regionAnswer).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
    const known = gcpFacts.regions.map(({ id }) => id);
    const summary = `the project has no region "${region}"${didYouMean(region, known)}`;
    throw new LabError({ kind: 'invalid-input', summary, hint: 'gcloud compute regions list', holdsFor: 'region' });
  });
  if (found.status === 'DOWN') {
    throw new LabError({ kind: 'capacity', summary: `Google Cloud's region ${region} is down`, hint: 'another region (--region)', retryable: true, holdsFor: 'region' });
  }
  const all = found.zones.map(lastOf).sort();
  const quotas: readonly Quota[] = found.quotas;
  const [zones, offers] = await Promise.all([zonesUp(client, all), offersOf(client, plan, all)]);
  return { zones, quotas, offers };
}

const zoneAnswer = z.object({ name: z.string(), status: z.string().optional() });

/** Without those that are down; whoever may not ask takes them all. */
async function zonesUp(client: ComputeClient, zones: readonly string[]): Promise<readonly string[]> {
  const filter = zones.map((zone) => `(name = "${zone}")`).join(' OR ');
  const found = await client.list(`projects/${client.project}/zones`, zoneAnswer, filter).catch((error: unknown) => {
    if (isForbidden(error)) return [];
    throw error;
  });
  return zones.filter((zone) => found.find(({ name }) => name === zone)?.status !== 'DOWN');
}

function allowedZones(plan: StackPlan, region: string, zones: readonly string[]): readonly string[] {
  if (plan.zone === 'auto') return zones;
  // `b` is short for the region's zone b.
  const zone = zones.find((one) => one === plan.zone || one === `${region}-${plan.zone}`);
  if (zone !== undefined) return [zone];
  throw invalidInput(`${region} has no zone "${plan.zone}" that the project may use`, `--zone ${zones[0] ?? 'auto'}`, `zones: ${zones.join(', ')}`);
}
