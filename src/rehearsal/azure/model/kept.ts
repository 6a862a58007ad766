import type { Json, JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { parseArmId } from './arm-id.ts';
import { etagOf } from './etag.ts';
import { numberAt, objectAt, present, tagsOf } from './fields.ts';
import { notFound } from './refuse.ts';

/** A resource by its ARM id, whatever the case. */
export function find(view: WorldView, id: string): SimResource | null {
  return view.get('azure', id);
}

/** The same; throws Azure's 404. */
export function get(view: WorldView, id: string): SimResource {
  const found = find(view, id);
  if (found === null) throw notFound(id);
  return found;
}

/** The ARM id in the case the resource was created with. */
export function idOf(resource: SimResource): string {
  return resource.id;
}

export function propertiesOf(resource: SimResource): JsonObject {
  return objectAt(resource.props, 'properties');
}

export function locationOf(resource: SimResource): string {
  return resource.region ?? '';
}

export interface Keeping {
  /** In the caller's case. */
  readonly id: string;
  readonly kind: string;
  readonly location: string;
  readonly zones?: readonly string[];
  readonly body: JsonObject;
  readonly properties: JsonObject;
  /** From then on its `provisioningState` is `Succeeded`; the world's clock. */
  readonly readyAtMs?: number;
  /** `sku`, `plan`, `identity` and the like. */
  readonly more?: Readonly<Record<string, Json | undefined>>;
}

/** The stored form of a resource. An existing one keeps its id's case and its birthday. */
export function kept(tx: Transaction, { id, kind, location, zones = [], body, properties, readyAtMs, more = {} }: Keeping): SimResource {
  const before = find(tx, id);
  const parsed = parseArmId(id);
  const name = parsed?.names.at(-1) ?? parsed?.group ?? id;
  const type = parsed?.namespace == null ? 'Microsoft.Resources/resourceGroups' : `${parsed.namespace}/${parsed.type}`;
  return {
    cloud: 'azure',
    kind,
    id: before === null ? id : idOf(before),
    name,
    region: location,
    zone: zones[0] ?? null,
    tags: tagsOf(body),
    createdAtMs: before?.createdAtMs ?? tx.nowMs,
    props: present({ type, zones: zones.length === 0 ? undefined : zones, readyAtMs, ...more, properties }),
  };
}

/** `Succeeded`, or `Updating` while the cloud is still at it. */
export function provisioningState(view: WorldView, resource: SimResource): string {
  return view.nowMs < (numberAt(resource.props, 'readyAtMs') ?? 0) ? 'Updating' : 'Succeeded';
}

/** A resource with other properties. */
export function withProperties(resource: SimResource, properties: JsonObject): SimResource {
  return { ...resource, props: { ...resource.props, properties } };
}

/** What ARM answers for it, from `properties` as the resource shows them now. */
export function document(resource: SimResource, properties: JsonObject): JsonObject {
  const { type, readyAtMs: _, ...rest } = resource.props;
  const shown = present({
    name: resource.name ?? '',
    id: resource.id,
    type: type ?? '',
    location: resource.region ?? undefined,
    tags: Object.keys(resource.tags).length === 0 ? undefined : resource.tags,
    ...rest,
    properties,
  });
  return typeof type === 'string' && type.startsWith('Microsoft.Network/') ? { ...shown, etag: etagOf(shown) } : shown;
}
