import type { CloudId } from '../../core/clouds.ts';
import { resourceKey } from './resource-key.ts';
import type { SimResource } from './resource.ts';

type ById = Map<string, SimResource>;

const none: ReadonlyMap<string, SimResource> = new Map();

/** Resources by cloud and id, by kind and by tag. */
export class ResourceStore {
  readonly #byCloud = new Map<CloudId, ById>();
  readonly #byKind = new Map<string, ById>();
  readonly #byTag = new Map<string, ById>();

  constructor(resources: Iterable<SimResource>) {
    for (const resource of resources) this.put(resource);
  }

  get(cloud: CloudId, id: string): SimResource | null {
    return this.#byCloud.get(cloud)?.get(resourceKey(id)) ?? null;
  }

  /** By their compared id, oldest first. */
  of(cloud: CloudId, kind?: string): ReadonlyMap<string, SimResource> {
    return (kind === undefined ? this.#byCloud.get(cloud) : this.#byKind.get(`${cloud} ${kind}`)) ?? none;
  }

  tagged(cloud: CloudId, key: string, value: string): ReadonlyMap<string, SimResource> {
    return this.#byTag.get(tagKey(cloud, key, value)) ?? none;
  }

  *all(): Iterable<SimResource> {
    for (const resources of this.#byCloud.values()) yield* resources.values();
  }

  put(resource: SimResource): void {
    const { cloud, kind, tags } = resource;
    const key = resourceKey(resource.id);
    const before = this.get(cloud, key);
    if (before !== null) {
      if (before.kind !== kind) drop(this.#byKind, `${cloud} ${before.kind}`, key);
      for (const [name, value] of Object.entries(before.tags)) {
        if (tags[name] !== value) drop(this.#byTag, tagKey(cloud, name, value), key);
      }
    }
    mapOf(this.#byCloud, cloud).set(key, resource);
    mapOf(this.#byKind, `${cloud} ${kind}`).set(key, resource);
    for (const [name, value] of Object.entries(tags)) mapOf(this.#byTag, tagKey(cloud, name, value)).set(key, resource);
  }

  remove(cloud: CloudId, id: string): void {
    const key = resourceKey(id);
    const resource = this.get(cloud, id);
    if (resource === null) return;
    this.#byCloud.get(cloud)?.delete(key);
    drop(this.#byKind, `${cloud} ${resource.kind}`, key);
    for (const [name, value] of Object.entries(resource.tags)) drop(this.#byTag, tagKey(cloud, name, value), key);
  }
}

function tagKey(cloud: CloudId, key: string, value: string): string {
  // A key may hold spaces, its length does not.
  return `${cloud} ${key.length} ${key} ${value}`;
}

function mapOf<K>(index: Map<K, ById>, key: K): ById {
  const found = index.get(key);
  if (found !== undefined) return found;
  const made: ById = new Map();
  index.set(key, made);
  return made;
}

function drop(index: Map<string, ById>, name: string, key: string): void {
  const resources = index.get(name);
  resources?.delete(key);
  if (resources?.size === 0) index.delete(name);
}
