import { createHash } from 'node:crypto';

const digestLength = 6;

/** The longest names that Azure takes, by what they are for; a Linux host name has 64 characters at most. */
export const longestName = { resourceGroup: 90, virtualNetwork: 64, machine: 64, other: 80 } as const;

/** A name as Azure takes it: the same one every time; where it would be too long, its end is a digest. */
export function azureName(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, digestLength);
  return `${text.slice(0, longest - digestLength - 1).replace(/-+$/, '')}-${digest}`;
}

/** `eastus` of `East US`: Azure's tools write both. */
export function locationName(text: string): string {
  return text.toLowerCase().replaceAll(/\s/g, '');
}

/**
 * A zone as labtui names it: `westeurope-2`, or the region's own name where the region has no zones. Azure itself counts them
 * in each region from 1.
 */
export function zoneName(region: string, number: string | null): string {
  return number === null ? region : `${region}-${number}`;
}

/** What Azure calls a zone: `2` of `westeurope-2`, and of `2`; null: no zone. */
export function zoneNumber(region: string, zone: string): string | null {
  const number = zone.startsWith(`${region}-`) ? zone.slice(region.length + 1) : zone;
  return number === '' || number === region ? null : number;
}
