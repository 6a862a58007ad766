import type { WorldView } from '../../engine/world.ts';
import { refused } from './refuse.ts';

/** `West Europe` → `westeurope`, as Azure stores it. */
export function normalLocation(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}

function regions(view: WorldView) {
  return view.catalogue.clouds.azure?.regions ?? [];
}

export function regionNames(view: WorldView): readonly { readonly id: string; readonly name: string }[] {
  return regions(view).map(({ id, name }) => ({ id, name }));
}

/** The region's zones as Azure numbers them: `1`, `2`, `3`; none where it has none. */
export function zonesOf(view: WorldView, location: string): readonly string[] {
  const region = regions(view).find(({ id }) => id === location);
  return (region?.zones ?? []).flatMap((zone) => /\d$/.exec(zone)?.[0] ?? []);
}

/** The normal form; throws where no such region takes resources of the type (null: a resource group). */
export function checkLocation(view: WorldView, location: string | null, type: string | null): string {
  if (location === null) {
    throw refused(400, 'LocationRequired', 'The location property is required for this definition.');
  }
  const normal = normalLocation(location);
  const known = regions(view).map(({ id }) => id);
  if (known.includes(normal)) return normal;
  if (type === null) {
    throw refused(400, 'LocationNotAvailableForResourceGroup', `The provided location '${location}' is not available for resource group. List of available regions is '${known.join(',')}'.`);
  }
  throw refused(
    400,
    'LocationNotAvailableForResourceType',
    `The provided location '${location}' is not available for resource type '${type}'. List of available regions for the resource type is '${known.join(',')}'.`,
  );
}

/** Zones of a request; throws for one that the region does not have. */
export function checkZones(view: WorldView, location: string, zones: readonly string[], type: string): readonly string[] {
  const offered = zonesOf(view, location);
  for (const zone of zones) {
    if (offered.includes(zone)) continue;
    if (offered.length === 0) {
      throw refused(400, 'AvailabilityZoneNotSupported', `The zone(s) '${zones.join(',')}' for resource '${type}' is not supported. The supported zones for location '${location}' are ''`);
    }
    throw refused(400, 'InvalidAvailabilityZone', `The zone(s) '${zones.join(',')}' for resource '${type}' is not supported. The supported zones for location '${location}' are '${offered.join(',')}'`);
  }
  return zones;
}
