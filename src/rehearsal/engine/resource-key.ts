import type { CloudId } from '../../core/clouds.ts';

/** A resource's id as it is compared: the case of an ARM id means nothing. */
export function resourceKey(cloud: CloudId, id: string): string {
  return cloud === 'azure' ? id.toLowerCase() : id;
}
