import type { LeftResource, ReceiptEvent, ReceiptPart, ReceiptTypeCount } from '../core/events.ts';
import type { SweptPlace, SweptResource } from '../core/sweep.ts';
import { tagKeys } from '../core/tags.ts';
import { countTypes } from './count-types.ts';

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
