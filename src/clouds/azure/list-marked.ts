import type { MarkedListing } from '../../core/cloud.ts';
import { type Mark, markOf } from '../../core/marked.ts';
import { tagKeys } from '../../core/tags.ts';
import type { ArmClient } from './arm-client.ts';
import { findTagged, type TaggedResource } from './list-tagged.ts';
import { locationName } from './names.ts';
import { tagIn } from './tags.ts';

/**
 * Everything in the subscription that carries labtui's marker, and all that is in groups that do: a group's tags speak for what has none.
 * Resource Manager answers for all regions at once; a group that cannot be looked into counts as its region unanswered. Rejects
 * with a LabError where the subscription does not answer.
 */
export async function listMarked(arm: ArmClient, subscription: string, regions: readonly string[] | 'everywhere'): Promise<MarkedListing> {
  const wanted = regions === 'everywhere' ? null : new Set(regions.map(locationName));
  const isWanted = (region: string | null) => wanted === null || region === null || wanted.has(region);
  const { found, refused } = await findTagged(arm, subscription, { key: tagKeys.marker, value: 'true' });
  const unanswered = refused.map(({ group: { region }, error }) => ({ region, problem: error.problem })).filter(({ region }) => isWanted(region));
  return {
    found: found.flatMap((one) => {
      const mark = isWanted(one.resource.region) ? markIn(one) : null;
      return mark === null ? [] : [{ ...one.resource, ...mark }];
    }),
    regions: wanted === null ? [null] : [...wanted].filter((region) => !unanswered.some((one) => one.region === region)),
    unanswered,
  };
}

/** null: neither the resource nor its group carries the marker, whatever the filter made of it. */
function markIn({ tags, groupTags }: TaggedResource): Mark | null {
  const own = markOf((key) => tagIn(tags, key));
  const group = markOf((key) => tagIn(groupTags, key));
  if (own === null || group === null) return own ?? group;
  return {
    sessionId: own.sessionId ?? group.sessionId,
    owner: own.owner ?? group.owner,
    createdAt: own.createdAt ?? group.createdAt,
    expiresAt: own.expiresAt ?? group.expiresAt,
  };
}
