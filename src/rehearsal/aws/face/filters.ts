import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { accountId } from '../model/account.ts';
import { listParam, numberParam, param, type Query, structParams } from './query.ts';

/** What a thing has under a filter's name; null for a filter that does not exist. */
export type FilterValues = (name: string) => readonly (string | number | boolean | null)[] | null;

/** Those that every `Filter.n` lets through: any of its values, of any of the thing's. */
export function filtered<T>(query: Query, items: readonly T[], valuesOf: (item: T) => FilterValues): readonly T[] {
  const filters = structParams(query, 'Filter').map((each) => ({ name: param(each, 'Name') ?? '', patterns: listParam(each, 'Value').map(patternOf) }));
  return items.filter((item) => {
    const values = valuesOf(item);
    return filters.every(({ name, patterns }) => {
      const has = values(name);
      if (has === null) throw new CloudError('InvalidParameterValue', `The filter '${name}' is invalid`);
      return has.some((value) => value !== null && patterns.some((pattern) => pattern.test(String(value))));
    });
  });
}

/** Filters of everything with tags, then a thing's own. */
export function tagged({ tags }: Pick<SimResource, 'tags'>, own: Readonly<Record<string, FilterValue>>): FilterValues {
  return (name) => {
    if (name.startsWith('tag:')) return [tags[name.slice(4)] ?? null];
    if (name === 'tag-key') return Object.keys(tags);
    if (name === 'tag-value') return Object.values(tags);
    if (name === 'owner-id') return [accountId];
    const value = own[name];
    return value === undefined ? null : typeof value === 'object' && value !== null ? value : [value];
  };
}

type FilterValue = string | number | boolean | null | readonly (string | number | boolean | null)[];

/** `*` and `?` are wild, a backslash makes them plain. */
function patternOf(text: string): RegExp {
  const source = text.replace(/\\([*?\\])|([*?])|([.+^${}()|[\]\\/-])/g, (_match, plain?: string, wild?: string, special?: string) => {
    if (wild !== undefined) return wild === '*' ? '[\\s\\S]*' : '[\\s\\S]';
    return `\\${plain ?? special ?? ''}`;
  });
  return new RegExp(`^${source}$`);
}

export interface Page<T> {
  readonly items: readonly T[];
  /** null: it was the last. */
  readonly nextToken: string | null;
}

/** `MaxResults` of the items from `NextToken` on. */
export function paged<T>(query: Query, items: readonly T[]): Page<T> {
  const most = numberParam(query, 'MaxResults');
  const token = param(query, 'NextToken');
  const from = token === null || token === '' ? 0 : offsetOf(token);
  const to = most === null ? items.length : from + most;
  if (most !== null && most < 1) throw new CloudError('InvalidParameterValue', `Value ( ${most} ) for parameter maxResults is invalid.`);
  return { items: items.slice(from, to), nextToken: to < items.length ? Buffer.from(`page:${to}`).toString('base64url') : null };
}

function offsetOf(token: string): number {
  const offset = /^page:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (offset === undefined) throw new CloudError('InvalidPaginationToken', 'The pagination token is invalid.');
  return Number(offset);
}
