import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { idPrefix, type Kind, notFound } from './errors.ts';

/** EC2 of one region, for the length of a call. */
export interface Ec2 {
  readonly tx: Transaction;
  readonly region: string;
}

/** The same, only to look at. */
export interface Ec2View {
  readonly tx: WorldView;
  readonly region: string;
}

export type Tags = Readonly<Record<string, string>>;

/** The resource of that kind and id in this region; null when there is none. */
export function find({ tx, region }: Ec2View, kind: Kind, id: string): SimResource | null {
  const resource = tx.get('aws', id);
  return resource !== null && resource.kind === kind && resource.region === region ? resource : null;
}

/** Throws EC2's own `not found`. */
export function get(ec2: Ec2View, kind: Kind, id: string): SimResource {
  const resource = find(ec2, kind, id);
  if (resource === null) throw notFound(kind, id);
  return resource;
}

/** All of a kind in this region, the oldest first. */
export function all({ tx, region }: Ec2View, kind: Kind): readonly SimResource[] {
  return tx.list('aws', kind).filter((resource) => resource.region === region);
}

export interface NewResource {
  readonly name?: string | null;
  readonly zone?: string | null;
  readonly tags?: Tags;
  readonly props: JsonObject;
}

/** Puts a new resource into the region, under an id in EC2's form. */
export function add(ec2: Ec2, kind: Kind, resource: NewResource): SimResource {
  const added = draft(ec2, kind, resource);
  ec2.tx.put(added);
  return added;
}

/** The same, not put into the world yet. */
export function draft({ tx, region }: Ec2, kind: Kind, { name = null, zone = null, tags = {}, props }: NewResource): SimResource {
  const digits = kind === 'spot-instances-request' ? 8 : 17;
  return { cloud: 'aws', kind, id: `${idPrefix[kind]}-${tx.newId(digits)}`, name, region, zone, tags, createdAtMs: tx.nowMs, props };
}

export function remove({ tx }: Ec2, resource: SimResource): void {
  tx.remove('aws', resource.id);
}
