import type { CatalogueType } from '../../engine/catalogue.ts';
import type { WorldView } from '../../engine/world.ts';
import { zonesOf } from './locations.ts';
import { invalidParameter } from './refuse.ts';

/** A size as the SKU list describes it. */
export interface Size {
  readonly type: CatalogueType;
  /** As quota names it: `standardBasv2Family`. */
  readonly family: string;
  readonly generations: readonly ('V1' | 'V2')[];
  readonly trustedLaunch: boolean;
  readonly spot: boolean;
  readonly zones: readonly string[];
}

export function sizesIn(view: WorldView, location: string): readonly Size[] {
  const zones = zonesOf(view, location);
  return (view.catalogue.clouds.azure?.instanceTypes ?? []).map((type) => sizeOf(type, zones));
}

/** A size by its name, whatever the case; throws Azure's refusal where there is none. */
export function sizeIn(view: WorldView, location: string, name: string): Size {
  const found = sizesIn(view, location).find(({ type }) => type.type.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw invalidParameter(
    'vmSize',
    `The value ${name} provided for the VM size is not valid. The valid sizes in the current region are: ${sizesIn(view, location)
      .map(({ type }) => type.type)
      .join(',')}. Find out more on the valid VM sizes in each region at https://aka.ms/azure-regions.`,
  );
}

function sizeOf(type: CatalogueType, zones: readonly string[]): Size {
  const arm = type.arch === 'arm64';
  const burstableV1 = /^Standard_B\d+[a-z]*$/.test(type.type);
  const version = Number(/_v(\d+)$/.exec(type.type)?.[1] ?? '1');
  return {
    type,
    family: familyOf(type.type),
    // Generation 1 ends with the v5 sizes; the Arm ones never had it.
    generations: arm || version >= 6 ? ['V2'] : ['V1', 'V2'],
    // Ampere Altra has no vTPM.
    trustedLaunch: !(arm && version < 6),
    // Spot has no burstable machines of the first generation.
    spot: !burstableV1,
    zones,
  };
}

// Azure's own spelling differs from series to series; the rest follows the rule of its neighbours.
const spelled: Readonly<Record<string, string>> = {
  BS: 'standardBSFamily',
  Basv2: 'standardBasv2Family',
  Bsv2: 'standardBsv2Family',
  Bpsv2: 'standardBpsv2Family',
  DSv2: 'standardDSv2Family',
  DSv3: 'standardDSv3Family',
  DASv5: 'standardDASv5Family',
  DSv5: 'standardDSv5Family',
  DPSv5: 'standardDPSv5Family',
  DPLSv5: 'standardDPLSv5Family',
  Dasv6: 'standardDav6Family',
  Dalsv6: 'standardDalv6Family',
};

/** The quota family of a size: `Standard_B2als_v2` → `standardBasv2Family`. */
export function familyOf(size: string): string {
  const [, letters = '', features = '', version = ''] = /^(?:Standard|Basic)_([A-Z]+)\d+(?:-\d+)?([a-z]*)(?:_.*?(v\d+))?$/.exec(size) ?? [];
  // Burstable sizes of one processor share a family, with little memory ("l") or without.
  const kinds = letters === 'B' ? features.replace('l', '').replace('m', '').replace('t', '') : features;
  const plain = `${letters}${kinds}${version}`;
  const loud = `${letters}${kinds.toUpperCase()}${version}`;
  return spelled[loud] ?? spelled[plain] ?? `standard${/^v[1-5]$/.test(version) ? loud : plain}Family`;
}

/** As the usages list shows a family to people. */
export function familyTitle(family: string): string {
  return `${family.replace(/^standard/, 'Standard ').replace(/Family$/, '')} Family vCPUs`;
}
