/** Where Compute Engine's own links point; a self link is this and the resource's id. */
export const computeUrl = 'https://www.googleapis.com/compute/v1/';

/** What a name of Compute Engine may be (RFC 1035). */
export const nameRule = '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)';
const namePattern = new RegExp(`^${nameRule}$`);

export const isName = (name: string): boolean => namePattern.test(name);

export type Collection = 'networks' | 'subnetworks' | 'firewalls' | 'addresses' | 'disks' | 'instances' | 'images' | 'machineTypes' | 'diskTypes' | 'operations';

/** Where a name without a path is looked for. */
export interface Scope {
  readonly project: string;
  readonly region?: string | null;
  readonly zone?: string | null;
}

export const projectId = (project: string): string => `projects/${project}`;
export const globalId = (project: string, collection: Collection, name: string): string => `projects/${project}/global/${collection}/${name}`;
export const regionalId = (project: string, region: string, collection: Collection, name: string): string =>
  `projects/${project}/regions/${region}/${collection}/${name}`;
export const zonalId = (project: string, zone: string, collection: Collection, name: string): string =>
  `projects/${project}/zones/${zone}/${collection}/${name}`;

export const selfLink = (id: string): string => computeUrl + id;

/** `https://.../compute/v1/projects/p/...` and `/projects/p/...` as `projects/p/...`; others as they are. */
export const relative = (reference: string): string =>
  reference.replace(/^https?:\/\/[^/]+\/(?:compute\/)?(?:v1|beta|alpha)\//, '').replace(/^\/+/, '');

export const lastName = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

/** The part of an id after `name`, as in `regions/<this>`; null where it has none. */
export function partOf(id: string, name: 'projects' | 'regions' | 'zones'): string | null {
  const parts = relative(id).split('/');
  const at = parts.indexOf(name);
  return at === -1 ? null : (parts[at + 1] ?? null);
}

const globals: readonly Collection[] = ['networks', 'firewalls', 'images'];
const regionals: readonly Collection[] = ['subnetworks', 'addresses'];

/** The id that a reference means: a full link, a partial path (`global/networks/n`, `zones/z/disks/d`) or a bare name. */
export function resolveId(reference: string, collection: Collection, scope: Scope): string {
  const path = relative(reference);
  if (path.startsWith('projects/')) return path;
  if (/^(?:global|regions|zones)\//.test(path)) return `projects/${scope.project}/${path}`;
  if (globals.includes(collection)) return globalId(scope.project, collection, lastName(path));
  if (regionals.includes(collection)) return regionalId(scope.project, scope.region ?? '', collection, lastName(path));
  return zonalId(scope.project, scope.zone ?? '', collection, lastName(path));
}
