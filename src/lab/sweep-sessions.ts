import type { MarkedResource } from '../core/cloud.ts';
import { laterOf } from '../core/marked.ts';
import type { ListedAccount } from './sweep-places.ts';

/** A marked resource, and in which account it is. */
export interface PlacedResource {
  readonly listed: ListedAccount;
  readonly resource: MarkedResource;
}

/** What the clouds hold of one session, with what the tags tell of it; null: none of them tells. */
export interface FoundSession {
  /** null: resources with labtui's marker that name no session. */
  readonly id: string | null;
  /** Mostly one. */
  readonly owners: readonly string[];
  readonly createdAt: string | null;
  /** The latest of them; `never` where one says so. */
  readonly expiresAt: string | null;
  readonly resources: readonly PlacedResource[];
}

/** The found resources by the session that they name. */
export function bySession(accounts: readonly ListedAccount[]): readonly FoundSession[] {
  const groups = new Map<string, PlacedResource[]>();
  for (const listed of accounts) {
    for (const resource of listed.listing.found) {
      const key = resource.sessionId ?? `\n${resource.owner ?? ''}\n${resource.expiresAt ?? ''}`;
      groups.set(key, [...(groups.get(key) ?? []), { listed, resource }]);
    }
  }
  return [...groups.values()].map(foundSession).sort((a, b) => ((a.id ?? '~') < (b.id ?? '~') ? -1 : 1));
}

function foundSession(resources: readonly PlacedResource[]): FoundSession {
  const marks = resources.map(({ resource }) => resource);
  return {
    id: marks[0]?.sessionId ?? null,
    owners: [...new Set(marks.flatMap(({ owner }) => owner ?? []))],
    createdAt: marks.flatMap(({ createdAt }) => createdAt ?? []).sort()[0] ?? null,
    expiresAt: marks.reduce<string | null>((latest, { expiresAt }) => laterOf(latest, expiresAt), null),
    resources,
  };
}
