import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import { text } from './fields.ts';
import { labelFingerprint } from './fingerprint.ts';
import { partOf, selfLink } from './names.ts';
import { timestamp } from './numeric-id.ts';

// Resources as the API shows them: references become links, 64-bit numbers stay text, what is not set is left out.

export const linkOf = (props: JsonObject, key: string): string | null => {
  const id = text(props, key);
  return id === null ? null : selfLink(id);
};

export const common = (resource: SimResource, kind: string): Readonly<Record<string, string | null>> => ({
  kind: `compute#${kind}`,
  id: text(resource.props, 'id'),
  name: resource.name,
  description: text(resource.props, 'description'),
  creationTimestamp: timestamp(resource.createdAtMs),
  selfLink: selfLink(resource.id),
});

export const zoneLink = (resource: SimResource): string => selfLink(`projects/${partOf(resource.id, 'projects') ?? ''}/zones/${resource.zone ?? ''}`);
export const regionLink = (resource: SimResource): string => selfLink(`projects/${partOf(resource.id, 'projects') ?? ''}/regions/${resource.region ?? ''}`);

export const labelled = (resource: SimResource): JsonObject => ({
  labelFingerprint: labelFingerprint(resource.tags),
  ...(Object.keys(resource.tags).length === 0 ? {} : { labels: resource.tags }),
});
