import * as z from 'zod';
import { LabError, type Problem } from '../../core/errors.ts';
import type { LeftResource } from '../../core/events.ts';
import { tagKeys } from '../../core/tags.ts';
import type { ComputeClient } from './compute-client.ts';
import { valueLabel } from './labels.ts';
import { isOfSession, partOf, pathOf, regionOfZone, startOf } from './names.ts';

const found = z.object({ name: z.string(), selfLink: z.string() });
type Found = z.output<typeof found>;

/**
 * Everything of the session that is in the region, or in none, in Terraform's words for types and ids: instances, disks and addresses
 * by their label, networks, subnetworks and firewall rules, which cannot carry one, by their name. Rejects with a LabError.
 */
export async function listLabelled(client: ComputeClient, sessionId: string, region: string): Promise<readonly LeftResource[]> {
  const { project } = client;
  const labelled = `labels.${tagKeys.session} = "${valueLabel(sessionId)}"`;
  const named = `name eq "${startOf(sessionId)}.*"`;
  const byName = async (path: string) => (await client.list(`projects/${project}/${path}`, found, named)).filter(({ name }) => isOfSession(name, sessionId));
  const zonal = async (kind: 'instances' | 'disks') => {
    const { items, unreachable } = await client.listEverywhere(kind, found, labelled);
    if (unreachable.some((scope) => placeOf(scope) === region)) throw new LabError(notReached(region));
    return items.filter(({ selfLink }) => placeOf(selfLink) === region);
  };
  const listings: readonly [type: string, listing: Promise<readonly Found[]>][] = [
    ['google_compute_instance', zonal('instances')],
    ['google_compute_disk', zonal('disks')],
    ['google_compute_address', client.list(`projects/${project}/regions/${region}/addresses`, found, labelled)],
    ['google_compute_firewall', byName('global/firewalls')],
    ['google_compute_subnetwork', byName(`regions/${region}/subnetworks`)],
    ['google_compute_network', byName('global/networks')],
  ];
  const left = await Promise.all(
    listings.map(async ([type, listing]) =>
      (await listing).map(({ name, selfLink }): LeftResource => ({ type, id: pathOf(selfLink), name, region: placeOf(selfLink), seenBy: 'listing' })),
    ),
  );
  return left.flat();
}

/** The region of a link or scope, that of its zone included; null: it is in none. */
export function placeOf(link: string): string | null {
  const zone = partOf(link, 'zones');
  return zone === null ? partOf(link, 'regions') : regionOfZone(zone);
}

/** What a listing lacks where a zone of the region did not answer. */
export function notReached(region: string): Problem {
  return { kind: 'network', summary: `Google Cloud could not list all of ${region}`, hint: 'wait some minutes, then repeat the command', retryable: true };
}
