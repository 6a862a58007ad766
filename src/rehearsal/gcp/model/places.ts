import type { WorldView } from '../../engine/world.ts';
import { invalid, notFound } from './refuse.ts';

export interface Place {
  readonly region: string;
  readonly zones: readonly string[];
}

export const regions = (view: WorldView): readonly Place[] =>
  (view.catalogue.clouds.gcp?.regions ?? []).map((region) => ({ region: region.id, zones: region.zones }));

/** `us-central1` of `us-central1-a`. */
export const regionOfZone = (zone: string): string => zone.replace(/-[a-z]$/, '');

export const hasZone = (view: WorldView, zone: string): boolean => regions(view).some((place) => place.zones.includes(zone));
export const hasRegion = (view: WorldView, region: string): boolean => regions(view).some((place) => place.region === region);

/** The region of a zone. Refuses a zone that Compute Engine does not have. */
export function requireZone(view: WorldView, zone: string): string {
  if (!hasZone(view, zone)) throw invalid('zone', zone, 'Unknown zone.');
  return regionOfZone(zone);
}

export function requireRegion(view: WorldView, region: string): void {
  if (!hasRegion(view, region)) throw invalid('region', region, 'Unknown region.');
}

/** 6 to 30 letters, digits and hyphens; every well-formed project exists here and is the caller's. */
export function requireProject(project: string): void {
  if (!/^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project)) throw notFound(`projects/${project}`);
}
