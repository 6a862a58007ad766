import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { partOf, lastName } from './names.ts';
import { newNumericId } from './numeric-id.ts';
import { regionOfZone } from './places.ts';
import { alreadyExists, notFound } from './refuse.ts';

export type Kind = 'project' | 'network' | 'subnetwork' | 'firewall' | 'address' | 'disk' | 'instance' | 'operation';

/** Reads a resource of a kind; null: it is not there. */
export function find(view: WorldView, kind: Kind, id: string): SimResource | null {
  const resource = view.get('gcp', id);
  return resource?.kind === kind ? resource : null;
}

export function need(view: WorldView, kind: Kind, id: string): SimResource {
  const resource = find(view, kind, id);
  if (resource === null) throw notFound(id);
  return resource;
}

/** A resource as it is about to be created. Refuses an id that is taken. */
export function draft(tx: Transaction, kind: Kind, id: string, props: JsonObject, labels: Readonly<Record<string, string>> = {}): Omit<SimResource, 'machine'> {
  if (tx.get('gcp', id) !== null) throw alreadyExists(id);
  const zone = partOf(id, 'zones');
  return {
    cloud: 'gcp',
    kind,
    id,
    name: lastName(id),
    region: zone === null ? partOf(id, 'regions') : regionOfZone(zone),
    zone,
    tags: labels,
    createdAtMs: tx.nowMs,
    props: { ...props, id: newNumericId(tx) },
  };
}

export function create(tx: Transaction, kind: Kind, id: string, props: JsonObject, labels: Readonly<Record<string, string>> = {}): SimResource {
  const resource = draft(tx, kind, id, props, labels);
  tx.put(resource);
  return resource;
}

/** With some of its properties changed. */
export function change(tx: Transaction, resource: SimResource, props: JsonObject): SimResource {
  const changed = { ...resource, props: { ...resource.props, ...props } };
  tx.put(changed);
  return changed;
}

/** All of a kind in a project. */
export function ofProject(view: WorldView, kind: Kind, project: string): readonly SimResource[] {
  const prefix = `projects/${project}/`;
  return view.list('gcp', kind).filter((resource) => resource.id.startsWith(prefix));
}
