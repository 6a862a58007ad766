import type { LeftResource, ReceiptEvent, ReceiptPart, ReceiptTypeCount } from '../core/events.ts';
import { tagKeys } from '../core/tags.ts';
import { countTypes } from './count-types.ts';
import type { SweepVerdict } from './sweep-verdict.ts';

/** A marked resource as a sweep tells of it. */
export interface SweptResource {
  readonly cloud: string;
  readonly account: string;
  readonly region: string | null;
  readonly type: string;
  readonly id: string;
  readonly name: string | null;
}

/** A session that a sweep found something of, and what becomes of it. */
export interface SweptSession extends SweepVerdict {
  readonly session: string | null;
  readonly owners: readonly string[];
  readonly createdAt: string | null;
  readonly expiresAt: string | null;
  readonly resources: readonly SweptResource[];
}

/** A place that answered. */
export interface SweptPlace {
  readonly cloud: string;
  readonly account: string;
  readonly region: string | null;
  readonly tagQuery: string;
  readonly listedAt: string;
}

/** A place that did not. */
export interface UnaskedPlace {
  readonly cloud: string;
  /** null: whichever the configured credentials would lead to. */
  readonly account: string | null;
  /** null: the whole account. */
  readonly region: string | null;
  /** labtui has created something there, or the user named it: the sweep proves nothing of it. */
  readonly expected: boolean;
  readonly reason: string;
  readonly hint: string | null;
}

/** What a sweep has found, before anything is deleted. */
export interface SweepFindings {
  readonly time: string;
  readonly places: readonly SweptPlace[];
  readonly unasked: readonly UnaskedPlace[];
  readonly sessions: readonly SweptSession[];
}

export interface SweepReceipt extends SweepFindings, Omit<ReceiptEvent, 'type'> {
  readonly v: 1;
  readonly exitCode: number;
}

/** What a sweep asks each cloud for. */
export const sweepQuery = `${tagKeys.marker}=true`;

/** The receipt's numbers: of what was to go, by the listing after it. `left` and `places` are of that listing. */
export function sweepNumbers(
  targets: readonly SweptResource[],
  { left, places, complete, durationMs }: { readonly left: readonly SweptResource[]; readonly places: readonly SweptPlace[]; readonly complete: boolean; readonly durationMs: number },
): ReceiptEvent {
  const byType: Readonly<Record<string, ReceiptTypeCount>> = countTypes(targets, left.map(leftResource));
  const verifiedBy = complete ? (['listing'] as const) : [];
  const parts = places.map((place): [string, ReceiptPart] => {
    const here = (resource: SweptResource): boolean => resource.cloud === place.cloud && resource.account === place.account && resource.region === place.region;
    const [found, stays] = [targets.filter(here), left.filter(here)];
    return [`${place.cloud} ${place.account} ${place.region ?? 'global'}`, { found: found.length, deleted: found.length - stays.length, left: stays.map(leftResource), verifiedBy, place }];
  });
  return { type: 'receipt', found: targets.length, deleted: targets.length - left.length, left: left.map(leftResource), byType, verifiedBy, durationMs, stacks: Object.fromEntries(parts) };
}

function leftResource({ type, id, name, region }: SweptResource): LeftResource {
  return { type, id, name, region, seenBy: 'listing' };
}
