import type { JsonObject } from '../../engine/json.ts';
import type { WorldView } from '../../engine/world.ts';
import { text, whole } from './fields.ts';
import { ofProject } from './kept.ts';
import { failedOperation } from './refuse.ts';

/** What a project of some standing has; a new one has far less, and an armed quota fault shows how that feels. */
export const regionalLimits = { CPUS: 2400, IN_USE_ADDRESSES: 2300, STATIC_ADDRESSES: 700, DISKS_TOTAL_GB: 204_800, SSD_TOTAL_GB: 81_920, INSTANCES: 24_000 } as const;
export const globalLimits = { CPUS_ALL_REGIONS: 4800, NETWORKS: 500, SUBNETWORKS: 1000, FIREWALLS: 1000, SNAPSHOTS: 5000, IMAGES: 2000 } as const;

export type RegionalMetric = keyof typeof regionalLimits;
export type GlobalMetric = keyof typeof globalLimits;

const limitNames: Readonly<Record<RegionalMetric | GlobalMetric, { readonly metric: string; readonly limit: string }>> = {
  CPUS: { metric: 'compute.googleapis.com/cpus', limit: 'CPUS-per-project-region' },
  IN_USE_ADDRESSES: { metric: 'compute.googleapis.com/regional_in_use_addresses', limit: 'IN-USE-ADDRESSES-per-project-region' },
  STATIC_ADDRESSES: { metric: 'compute.googleapis.com/regional_static_addresses', limit: 'STATIC-ADDRESSES-per-project-region' },
  DISKS_TOTAL_GB: { metric: 'compute.googleapis.com/disks_total_storage', limit: 'DISKS-TOTAL-GB-per-project-region' },
  SSD_TOTAL_GB: { metric: 'compute.googleapis.com/ssd_total_storage', limit: 'SSD-TOTAL-GB-per-project-region' },
  INSTANCES: { metric: 'compute.googleapis.com/instances', limit: 'INSTANCES-per-project-region' },
  CPUS_ALL_REGIONS: { metric: 'compute.googleapis.com/cpus_all_regions', limit: 'CPUS-ALL-REGIONS-per-project' },
  NETWORKS: { metric: 'compute.googleapis.com/networks', limit: 'NETWORKS-per-project' },
  SUBNETWORKS: { metric: 'compute.googleapis.com/subnetworks', limit: 'SUBNETWORKS-per-project' },
  FIREWALLS: { metric: 'compute.googleapis.com/firewalls', limit: 'FIREWALLS-per-project' },
  SNAPSHOTS: { metric: 'compute.googleapis.com/snapshots', limit: 'SNAPSHOTS-per-project' },
  IMAGES: { metric: 'compute.googleapis.com/images', limit: 'IMAGES-per-project' },
};

const inRegion = (view: WorldView, project: string, region: string) => {
  const instances = ofProject(view, 'instance', project).filter((instance) => instance.region === region);
  const disks = ofProject(view, 'disk', project).filter((disk) => disk.region === region);
  return { instances, disks, live: instances.filter((instance) => instance.machine?.state !== 'stopped') };
};

const sizeOf = (props: JsonObject): number => whole(props, 'sizeGb') ?? 0;
const onSsd = (props: JsonObject): boolean => !(text(props, 'type') ?? '').endsWith('/pd-standard');

/** What a project uses in a region, by metric. */
export function regionalUsage(view: WorldView, project: string, region: string): Readonly<Record<RegionalMetric, number>> {
  const { instances, disks, live } = inRegion(view, project, region);
  const addresses = ofProject(view, 'address', project).filter((address) => address.region === region);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  return {
    CPUS: sum(live.map((instance) => instance.machine?.vcpu ?? 0)),
    IN_USE_ADDRESSES: live.filter((instance) => instance.machine?.publicIp != null).length,
    STATIC_ADDRESSES: addresses.length,
    DISKS_TOTAL_GB: sum(disks.filter((disk) => !onSsd(disk.props)).map((disk) => sizeOf(disk.props))),
    SSD_TOTAL_GB: sum(disks.filter((disk) => onSsd(disk.props)).map((disk) => sizeOf(disk.props))),
    INSTANCES: instances.length,
  };
}

export function globalUsage(view: WorldView, project: string): Readonly<Record<GlobalMetric, number>> {
  const live = ofProject(view, 'instance', project).filter((instance) => instance.machine?.state !== 'stopped');
  return {
    CPUS_ALL_REGIONS: live.reduce((total, instance) => total + (instance.machine?.vcpu ?? 0), 0),
    NETWORKS: ofProject(view, 'network', project).length,
    SUBNETWORKS: ofProject(view, 'subnetwork', project).length,
    FIREWALLS: ofProject(view, 'firewall', project).length,
    SNAPSHOTS: 0,
    IMAGES: 0,
  };
}

/** The operation's error where a quota is used up. `region` null: the quota is the project's. */
export function quotaExceeded(metric: RegionalMetric | GlobalMetric, limit: number, region: string | null) {
  const { metric: metricName, limit: limitName } = limitNames[metric];
  const where = region === null ? 'globally' : `in region ${region}`;
  const dimensions: JsonObject = region === null ? { global: 'global' } : { region };
  return failedOperation('QUOTA_EXCEEDED', `Quota '${metric}' exceeded.  Limit: ${limit.toFixed(1)} ${where}.`, 403, [
    { quotaInfo: { metricName, limitName, dimensions, limit } },
  ]);
}

/** Refuses what would go over a region's limits. */
export function checkRegionalQuota(view: WorldView, project: string, region: string, more: Partial<Record<RegionalMetric, number>>): void {
  const usage = regionalUsage(view, project, region);
  for (const metric of ['CPUS', 'IN_USE_ADDRESSES', 'STATIC_ADDRESSES', 'DISKS_TOTAL_GB', 'SSD_TOTAL_GB', 'INSTANCES'] as const) {
    if ((more[metric] ?? 0) > 0 && usage[metric] + (more[metric] ?? 0) > regionalLimits[metric]) throw quotaExceeded(metric, regionalLimits[metric], region);
  }
}

/** Refuses what would go over the project's limits. */
export function checkGlobalQuota(view: WorldView, project: string, metric: GlobalMetric, more: number): void {
  if (more > 0 && globalUsage(view, project)[metric] + more > globalLimits[metric]) throw quotaExceeded(metric, globalLimits[metric], null);
}
