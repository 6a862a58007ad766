import type { JsonObject } from '../../engine/json.ts';
import { text } from '../model/fields.ts';
import { selfLink } from '../model/names.ts';
import { invalid } from '../model/refuse.ts';
import { compileFilter } from './filter.ts';

const mostResults = 500;

interface Page {
  readonly items: readonly JsonObject[];
  readonly nextPageToken: string | null;
}

/** The page that a query asks for: `filter`, `orderBy`, `maxResults`, `pageToken`. */
function pageOf(all: readonly JsonObject[], query: URLSearchParams): Page {
  const matches = compileFilter(query.get('filter'));
  const limit = Number(query.get('maxResults') ?? mostResults);
  if (!Number.isInteger(limit) || limit < 0) throw invalid('maxResults', query.get('maxResults') ?? '', 'Must be greater than or equal to 0');
  if (limit > mostResults) throw invalid('maxResults', String(limit), `Must be less than or equal to ${mostResults}`);
  const newestFirst = /^creationTimestamp desc$/.test(query.get('orderBy') ?? '');
  const key = (item: JsonObject): string => (newestFirst ? (text(item, 'creationTimestamp') ?? '') : (text(item, 'selfLink') ?? ''));
  const sorted = all.filter(matches).sort((a, b) => (key(a) < key(b) ? -1 : 1) * (newestFirst ? -1 : 1));
  const from = startOf(query.get('pageToken'), sorted);
  const items = sorted.slice(from, from + (limit === 0 ? mostResults : limit));
  const last = items.at(-1);
  const more = last !== undefined && from + items.length < sorted.length;
  return { items, nextPageToken: more ? Buffer.from(text(last, 'selfLink') ?? '').toString('base64url') : null };
}

/** A token names the last item of the page before: the list may change between two pages. */
function startOf(token: string | null, sorted: readonly JsonObject[]): number {
  if (token === null || token === '') return 0;
  const last = Buffer.from(token, 'base64url').toString();
  if (!last.startsWith('https://')) throw invalid('pageToken', token, 'The page token is not valid.');
  const at = sorted.findIndex((item) => text(item, 'selfLink') === last);
  if (at !== -1) return at + 1;
  const next = sorted.findIndex((item) => (text(item, 'selfLink') ?? '') > last);
  return next === -1 ? sorted.length : next;
}

/** `compute#instanceList` and its kin. `id`: `projects/p/zones/z/instances`. */
export function listAnswer(kind: string, id: string, all: readonly JsonObject[], query: URLSearchParams): JsonObject {
  const { items, nextPageToken } = pageOf(all, query);
  return {
    kind: `compute#${kind}List`,
    id,
    ...(items.length === 0 ? {} : { items }),
    ...(nextPageToken === null ? {} : { nextPageToken }),
    selfLink: selfLink(id),
  };
}

export interface Aggregated {
  /** `instance` */
  readonly kind: string;
  /** `instances` */
  readonly collection: string;
  readonly id: string;
  /** `zones/us-central1-a` */
  readonly scopes: readonly string[];
  /** Those of them that did not answer. */
  readonly unreachable: readonly string[];
}

/** `compute#instanceAggregatedList`: items by scope. Scopes without any say so, and those that did not answer. */
export function aggregatedAnswer({ kind, collection, id, scopes, unreachable }: Aggregated, all: readonly JsonObject[], query: URLSearchParams): JsonObject {
  const { items, nextPageToken } = pageOf(all, query);
  const scoped = new Map<string, JsonObject[]>();
  for (const item of items) {
    const scope = /\/projects\/[^/]+\/((?:zones|regions)\/[^/]+|global)\//.exec(text(item, 'selfLink') ?? '')?.[1] ?? 'global';
    scoped.set(scope, [...(scoped.get(scope) ?? []), item]);
  }
  return {
    kind: `compute#${kind}AggregatedList`,
    id,
    items: Object.fromEntries(
      scopes.map((scope) => [scope, unreachable.includes(scope) ? unanswered(scope) : scoped.has(scope) ? { [collection]: scoped.get(scope) ?? [] } : empty(scope)]),
    ),
    ...(unreachable.length === 0 ? {} : { unreachables: unreachable.map((scope) => `projects/${id.split('/')[1] ?? ''}/${scope}`) }),
    ...(nextPageToken === null ? {} : { nextPageToken }),
    selfLink: selfLink(id),
  };
}

const empty = (scope: string): JsonObject => ({
  warning: { code: 'NO_RESULTS_ON_PAGE', message: `There are no results for scope '${scope}' on this page.`, data: [{ key: 'scope', value: scope }] },
});

const unanswered = (scope: string): JsonObject => ({
  warning: { code: 'UNREACHABLE', message: `The scope '${scope}' is not reachable.`, data: [{ key: 'scope', value: scope }] },
});
