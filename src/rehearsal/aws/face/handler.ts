import type { SimResource } from '../../engine/resource.ts';
import { all, type Ec2, get } from '../model/ec2.ts';
import type { Kind } from '../model/errors.ts';
import type { Operation } from '../model/operations.ts';
import { filtered, type FilterValues, paged } from './filters.ts';
import { listParam, param, type Query, structParams } from './query.ts';
import type { Xml, XmlMembers } from './xml.ts';

/** Carries a call out and gives the members of its answer. Throws CloudErrors. */
export type Handler = (ec2: Ec2, query: Query) => XmlMembers;
export type Handlers = Readonly<Partial<Record<Operation, Handler>>>;

export const done: XmlMembers = { return: true };

export interface Listing {
  readonly kind: Kind;
  /** `VpcId`: parameters that name single ones. */
  readonly idParam: string;
  /** `vpcSet` */
  readonly set: string;
  readonly filters: (ec2: Ec2, resource: SimResource) => FilterValues;
  readonly render: (ec2: Ec2, resource: SimResource) => Xml;
}

/** A Describe call of one kind of resource: ids, filters, pages. */
export function listing({ kind, idParam, set, filters, render }: Listing): Handler {
  return (ec2, query) => {
    const { items, nextToken } = paged(query, filtered(query, named(ec2, query, kind, idParam), (resource) => filters(ec2, resource)));
    return { [set]: items.map((resource) => render(ec2, resource)), nextToken };
  };
}

/** Those that are named, or all. Throws EC2's `not found`. */
export function named(ec2: Ec2, query: Query, kind: Kind, idParam: string): readonly SimResource[] {
  const ids = listParam(query, idParam);
  if (ids.length > 0) return ids.map((id) => get(ec2, kind, id));
  const tag = plainTagFilter(query);
  if (tag === null) return all(ec2, kind);
  return ec2.tx.byTag('aws', ...tag).filter((resource) => resource.kind === kind && resource.region === ec2.region);
}

/** A filter by one tag's whole value: the world finds those without looking at all the others. */
function plainTagFilter(query: Query): readonly [key: string, value: string] | null {
  for (const each of structParams(query, 'Filter')) {
    const [value, ...others] = listParam(each, 'Value');
    const name = param(each, 'Name') ?? '';
    if (name.startsWith('tag:') && value !== undefined && others.length === 0 && !/[*?\\]/.test(value)) return [name.slice(4), value];
  }
  return null;
}

export function tagSet({ tags }: Pick<SimResource, 'tags'>): Xml {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** `2026-11-21T06:13:24.000Z` */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
