import type { Catalogue } from '../../engine/catalogue.ts';
import { CloudError } from '../../engine/cloud-error.ts';

const directions: Readonly<Record<string, string>> = {
  north: 'n',
  south: 's',
  east: 'e',
  west: 'w',
  central: 'c',
  northeast: 'ne',
  northwest: 'nw',
  southeast: 'se',
  southwest: 'sw',
};

export interface Zone {
  readonly name: string;
  /** The same for every account: `eun1-az1`. */
  readonly id: string;
}

export function regionIds(catalogue: Catalogue): readonly string[] {
  return (catalogue.clouds.aws?.regions ?? []).map(({ id }) => id);
}

/** The region's zones; three, a to c, where the catalogue names none. Throws when there is no such region. */
export function zonesOf(catalogue: Catalogue, region: string): readonly Zone[] {
  const known = catalogue.clouds.aws?.regions.find(({ id }) => id === region);
  if (known === undefined) throw new CloudError('AuthFailure', 'AWS was not able to validate the provided access credentials', { status: 401 });
  const names = known.zones.length > 0 ? known.zones : ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
  return names.map((name, index) => ({ name, id: `${shortName(region)}-az${index + 1}` }));
}

/** `eun1` of eu-north-1. */
function shortName(region: string): string {
  const [area = '', direction = '', number = ''] = region.split('-');
  return `${area}${directions[direction] ?? direction}${number}`;
}

/** Domain of the region's private host names. */
export function privateDomain(region: string): string {
  return region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
}

/** Domain of the region's public host names. */
export function publicDomain(region: string): string {
  return region === 'us-east-1' ? 'compute-1.amazonaws.com' : `${region}.compute.amazonaws.com`;
}
