import * as z from 'zod';
import type { MarkedListing, MarkedResource } from '../../core/cloud.ts';
import { laterOf, type Mark, markOf } from '../../core/marked.ts';
import { tagKeys } from '../../core/tags.ts';
import type { ComputeClient, ScopedKind } from './compute-client.ts';
import { tagsInDescription } from './description.ts';
import { tagsOf, valueLabel } from './labels.ts';
import { notReached, placeOf } from './list-labelled.ts';
import { isOfSession, pathOf } from './names.ts';

const labels = z.record(z.string(), z.string());
const metadata = z.object({ items: z.array(z.object({ key: z.string(), value: z.string().optional() })).default([]) });
const labelled = z.object({ name: z.string(), selfLink: z.string(), labels: labels.default({}), metadata: metadata.optional() });
const described = z.object({ name: z.string(), selfLink: z.string(), description: z.string().default(''), network: z.string().optional(), subnetworks: z.array(z.string()).default([]) });
type Described = z.output<typeof described>;

/** What carries labels, by Terraform's word for it. */
const labelledKinds: readonly (readonly [type: string, kind: ScopedKind])[] = [
  ['google_compute_instance', 'instances'],
  ['google_compute_disk', 'disks'],
  ['google_compute_address', 'addresses'],
];

/** What networks and rules were described as before their descriptions said whose they are: by name they still do. */
const olderDescriptions: ReadonlySet<string> = new Set(['labtui session', 'SSH to a labtui session']);

interface Found {
  readonly resource: MarkedResource;
  /** Labels change with the session; a description is from its beginning. */
  readonly by: 'labels' | 'description' | 'name';
  /** Where what has no region of its own belongs; none: nobody knows. */
  readonly regions: readonly string[];
}

/**
 * Everything in the project that carries labtui's marker: by label, or by description what can carry none. Lists go over all regions at
 * once; one that does not answer is named. What one resource does not tell of its session, as a disk its owner, is taken from the
 * others. Rejects with a LabError where the project does not answer.
 */
export async function listMarked(client: ComputeClient, regions: readonly string[] | 'everywhere'): Promise<MarkedListing> {
  const marker = `labels.${tagKeys.marker} = "${valueLabel('true')}"`;
  const [byLabel, subnetworks, firewalls, networks] = await Promise.all([
    Promise.all(labelledKinds.map(async ([type, kind]) => ({ type, ...(await client.listEverywhere(kind, labelled, marker)) }))),
    // Whether a filter reads descriptions is not documented: these few are looked through here.
    client.listEverywhere('subnetworks', described),
    client.list(`projects/${client.project}/global/firewalls`, described),
    client.list(`projects/${client.project}/global/networks`, described),
  ]);
  const unreachable = new Set([...byLabel, subnetworks].flatMap((list) => list.unreachable.flatMap((scope) => placeOf(scope) ?? [])));
  const withLabels = byLabel.flatMap(({ type, items }) => items.flatMap((item) => marked(type, item, tagsOf(item.labels, entriesOf(item.metadata)), 'labels')));
  const sessions = new Set(withLabels.flatMap(({ resource }) => resource.sessionId ?? []));
  const own = ownNetworks(networks, sessions);
  const found = [
    ...withLabels,
    ...firewalls.flatMap((item) => describedAs('google_compute_firewall', item, sessions, regionsOf(own.get(pathOf(item.network ?? ''))))),
    ...subnetworks.items.flatMap((item) => describedAs('google_compute_subnetwork', inOwnNetwork(item, own), sessions, [])),
    ...[...own.values()].flatMap((item) => describedAs('google_compute_network', item, sessions, regionsOf(item))),
  ];
  const whole = wholeSessions(found, unreachable.size === 0);
  const wanted = regions === 'everywhere' ? null : new Set(regions);
  const silent = [...unreachable].filter((region) => wanted?.has(region) ?? true);
  return {
    found: whole.filter((one) => wanted === null || isIn(one, wanted)).map(({ resource }) => resource),
    regions: wanted === null ? [null] : [...wanted].filter((region) => !unreachable.has(region)),
    unanswered: silent.map((region) => ({ region, problem: notReached(region) })),
  };
}

function entriesOf(given: z.output<typeof metadata> | undefined): Record<string, string> {
  return Object.fromEntries((given?.items ?? []).map(({ key, value = '' }) => [key, value]));
}

function marked(type: string, { name, selfLink }: { readonly name: string; readonly selfLink: string }, tags: Readonly<Record<string, string>>, by: Found['by'], regions: readonly string[] = []): readonly Found[] {
  const mark = markOf((key) => tags[key]);
  return mark === null ? [] : [{ resource: { type, id: pathOf(selfLink), name, region: placeOf(selfLink), seenBy: 'listing', ...mark }, by, regions }];
}

function describedAs(type: string, item: Described, sessions: ReadonlySet<string>, regions: readonly string[]): readonly Found[] {
  const tags = tagsInDescription(item.description);
  if (tags !== null) return marked(type, item, tags, 'description', regions);
  const session = olderSessionOf(item, sessions);
  return session === null ? [] : marked(type, item, { [tagKeys.marker]: 'true', [tagKeys.session]: session }, 'name', regions);
}

/** The session by whose name an older network or rule is called, as far as something else of it is there. */
function olderSessionOf({ name, description }: Described, sessions: ReadonlySet<string>): string | null {
  if (!olderDescriptions.has(description)) return null;
  return [...sessions].find((session) => isOfSession(name, session)) ?? null;
}

function ownNetworks(networks: readonly Described[], sessions: ReadonlySet<string>): ReadonlyMap<string, Described> {
  const own = networks.filter((item) => tagsInDescription(item.description) !== null || olderSessionOf(item, sessions) !== null);
  return new Map(own.map((item) => [pathOf(item.selfLink), item]));
}

/** An older subnetwork says nothing itself: its network speaks for it where both have one name. */
function inOwnNetwork(item: Described, own: ReadonlyMap<string, Described>): Described {
  const network = own.get(pathOf(item.network ?? ''));
  if (item.description !== '' || network?.name !== item.name || !olderDescriptions.has(network.description)) return item;
  return { ...item, description: network.description };
}

function regionsOf(network: Described | undefined): readonly string[] {
  return (network?.subnetworks ?? []).flatMap((link) => placeOf(link) ?? []);
}

/** A network is in no region, but is left alone with those that its subnetworks are in. */
function isIn({ resource: { region }, regions }: Found, wanted: ReadonlySet<string>): boolean {
  if (region !== null) return wanted.has(region);
  return regions.length === 0 || regions.some((one) => wanted.has(one));
}

/** Each with what its session's resources tell together. */
function wholeSessions(found: readonly Found[], isComplete: boolean): readonly Found[] {
  const told = new Map<string, Mark>();
  for (const { resource } of found) {
    if (resource.sessionId !== null && !told.has(resource.sessionId)) told.set(resource.sessionId, together(found, resource.sessionId, isComplete));
  }
  return found.map((one) => ({ ...one, resource: { ...one.resource, ...told.get(one.resource.sessionId ?? '') } }));
}

/** A deadline in a description may have been moved since: it counts where no label is left, and nothing is out of sight. */
function together(found: readonly Found[], sessionId: string, isComplete: boolean): Mark {
  const of = (by: Found['by']) => found.filter((one) => one.by === by && one.resource.sessionId === sessionId).map(({ resource }) => resource);
  const [labels, descriptions] = [of('labels'), of('description')];
  const all = [...labels, ...descriptions];
  const latest = (resources: readonly MarkedResource[]) => resources.reduce<string | null>((at, { expiresAt }) => laterOf(at, expiresAt), null);
  return {
    sessionId,
    owner: all.find(({ owner }) => owner !== null)?.owner ?? null,
    createdAt: all.find(({ createdAt }) => createdAt !== null)?.createdAt ?? null,
    expiresAt: latest(labels) ?? (isComplete ? latest(descriptions) : null),
  };
}
