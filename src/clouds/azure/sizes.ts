import * as z from 'zod';
import type { Arch } from '../../core/clouds.ts';
import { apiVersion } from './api-versions.ts';
import type { ArmClient } from './arm-client.ts';
import { sameText } from './arm-id.ts';
import { locationName } from './names.ts';

/** A size as the subscription may use it in one region. */
export interface Size {
  readonly name: string;
  /** As quotas name it: `standardBasv2Family`. */
  readonly family: string;
  readonly vcpu: number | null;
  readonly memoryGb: number | null;
  readonly arch: Arch;
  /** Generations of images that it starts; empty: not known. */
  readonly generations: readonly string[];
  /** Numbers of the zones where it is offered; empty: the region has none, or none of them for this subscription. */
  readonly zones: readonly string[];
  /** Why the subscription may not use it in the region at all: `NotAvailableForSubscription`, `QuotaId`; null: it may. */
  readonly restriction: string | null;
  readonly spot: boolean;
  readonly trustedLaunch: boolean;
  /** It starts from disks on NVMe alone, which an image must know. */
  readonly onlyNvme: boolean;
}

const capability = z.object({ name: z.string(), value: z.string().default('') });
const restriction = z.object({
  type: z.string().default(''),
  reasonCode: z.string().default(''),
  restrictionInfo: z.object({ locations: z.array(z.string()).nullish(), zones: z.array(z.string()).nullish() }).nullish(),
});
const sku = z.object({
  resourceType: z.string().default(''),
  name: z.string().default(''),
  family: z.string().nullish(),
  locationInfo: z.array(z.object({ location: z.string(), zones: z.array(z.string()).nullish() })).nullish(),
  capabilities: z.array(capability).nullish(),
  restrictions: z.array(restriction).nullish(),
});
type Sku = z.output<typeof sku>;

/** The region's sizes by their names in small letters; empty where the subscription does not know the region. */
export async function sizesIn(arm: ArmClient, subscription: string, region: string): Promise<ReadonlyMap<string, Size>> {
  const all = await arm.list(`/subscriptions/${subscription}/providers/Microsoft.Compute/skus`, apiVersion.skus, sku, { $filter: `location eq '${region}'` });
  const machines = all.filter(({ resourceType }) => sameText(resourceType, 'virtualMachines'));
  return new Map(machines.map((one) => [one.name.toLowerCase(), sizeOf(one, region)]));
}

function sizeOf(one: Sku, region: string): Size {
  const has = new Map((one.capabilities ?? []).map(({ name, value }) => [name, value]));
  const restrictions = one.restrictions ?? [];
  const closedZones = restrictions.filter(({ type }) => type === 'Zone').flatMap(({ restrictionInfo }) => restrictionInfo?.zones ?? []);
  const here = (one.locationInfo ?? []).find(({ location }) => locationName(location) === region);
  return {
    name: one.name,
    family: one.family ?? '',
    vcpu: numberOf(has.get('vCPUs')),
    memoryGb: numberOf(has.get('MemoryGB')),
    arch: has.get('CpuArchitectureType') === 'Arm64' ? 'arm64' : 'amd64',
    generations: wordsOf(has.get('HyperVGenerations')),
    zones: (here?.zones ?? []).filter((zone) => !closedZones.includes(zone)).toSorted(),
    restriction: restrictions.find(({ type }) => type === 'Location')?.reasonCode ?? null,
    spot: has.get('LowPriorityCapable') === 'True',
    trustedLaunch: has.get('TrustedLaunchDisabled') !== 'True',
    onlyNvme: sameText(wordsOf(has.get('DiskControllerTypes')).join(), 'NVMe'),
  };
}

function numberOf(text: string | undefined): number | null {
  const number = Number(text ?? '');
  return number > 0 ? number : null;
}

function wordsOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(',').map((word) => word.trim()).filter((word) => word !== '');
}
