import type { JsonObject } from '../../engine/json.ts';
import type { WorldView } from '../../engine/world.ts';
import { projectId, selfLink } from './names.ts';
import { projectNumber } from './numeric-id.ts';
import { regions, regionOfZone, requireProject } from './places.ts';
import { globalLimits, globalUsage, regionalLimits, regionalUsage } from './quota.ts';
import { notFound } from './refuse.ts';

const quotas = (limits: Readonly<Record<string, number>>, usage: Readonly<Record<string, number>>): readonly JsonObject[] =>
  Object.entries(limits).map(([metric, limit]) => ({ metric, limit, usage: usage[metric] ?? 0 }));

export function projectView(view: WorldView, project: string): JsonObject {
  requireProject(project);
  return {
    kind: 'compute#project',
    id: projectNumber(project),
    name: project,
    selfLink: selfLink(projectId(project)),
    creationTimestamp: '2026-01-01T00:00:00.000+00:00',
    defaultServiceAccount: `${projectNumber(project)}-compute@developer.gserviceaccount.com`,
    xpnProjectStatus: 'UNSPECIFIED_XPN_PROJECT_STATUS',
    defaultNetworkTier: 'PREMIUM',
    vmDnsSetting: 'ZONAL_ONLY',
    commonInstanceMetadata: { kind: 'compute#metadata', fingerprint: '42WmSpB8rSM=' },
    quotas: quotas(globalLimits, globalUsage(view, project)),
  };
}

/** A region with its quotas. Refuses one that is not there. */
export function regionView(view: WorldView, project: string, region: string): JsonObject {
  const place = regions(view).find((other) => other.region === region);
  if (place === undefined) throw notFound(`projects/${project}/regions/${region}`);
  return {
    kind: 'compute#region',
    id: String(1000 + regions(view).indexOf(place) * 10),
    name: region,
    description: region,
    status: 'UP',
    selfLink: selfLink(`projects/${project}/regions/${region}`),
    zones: place.zones.map((zone) => selfLink(`projects/${project}/zones/${zone}`)),
    quotas: quotas(regionalLimits, regionalUsage(view, project, region)),
    supportsPzs: false,
    creationTimestamp: '1969-12-31T16:00:00.000-08:00',
  };
}

export function zoneView(view: WorldView, project: string, zone: string): JsonObject {
  const place = regions(view).find((other) => other.zones.includes(zone));
  if (place === undefined) throw notFound(`projects/${project}/zones/${zone}`);
  return {
    kind: 'compute#zone',
    id: String(2000 + regions(view).indexOf(place) * 10 + place.zones.indexOf(zone)),
    name: zone,
    description: zone,
    status: 'UP',
    region: selfLink(`projects/${project}/regions/${regionOfZone(zone)}`),
    selfLink: selfLink(`projects/${project}/zones/${zone}`),
    availableCpuPlatforms: ['Intel Broadwell', 'Intel Cascade Lake', 'AMD Rome', 'AMD Milan', 'Ampere Altra'],
    creationTimestamp: '1969-12-31T16:00:00.000-08:00',
  };
}
