import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Ec2, Tags } from './ec2.ts';

const most = 50;

/** The tags, if EC2 takes them. Throws as EC2 does; limits: EC2 user guide, "Tag restrictions". */
export function checkedTags(tags: Tags): Tags {
  const entries = Object.entries(tags);
  if (entries.length > most) throw new CloudError('TagLimitExceeded', `The maximum number of tags per resource is ${most}`);
  for (const [key, value] of entries) {
    if (key === '' || key.length > 128) throw invalid('Tag key exceeds the maximum length of 128 characters');
    if (value.length > 256) throw invalid('Tag value exceeds the maximum length of 256 characters');
    if (/^aws:/i.test(key)) throw invalid("Tag keys starting with 'aws:' are reserved for internal use");
  }
  return tags;
}

/** CreateTags: new tags and new values of old ones. */
export function createTags(ec2: Ec2, ids: readonly string[], tags: Tags): void {
  for (const resource of taggable(ec2, ids)) ec2.tx.put({ ...resource, tags: checkedTags({ ...resource.tags, ...tags }) });
}

/** DeleteTags: by key, and where a value is named only with that value; without keys all. Unknown ones are no error. */
export function deleteTags(ec2: Ec2, ids: readonly string[], keys: ReadonlyMap<string, string | null>): void {
  for (const resource of taggable(ec2, ids)) {
    const goes = ([key, value]: readonly [string, string]): boolean => {
      const only = keys.get(key);
      return keys.size === 0 || (keys.has(key) && (only === null || only === value));
    };
    const kept = Object.entries(resource.tags).filter((tag) => !goes(tag));
    ec2.tx.put({ ...resource, tags: Object.fromEntries(kept) });
  }
}

function taggable({ tx, region }: Ec2, ids: readonly string[]): readonly SimResource[] {
  return ids.map((id) => {
    const resource = tx.get('aws', id);
    if (resource !== null && resource.region === region && resource.kind !== 'region') return resource;
    throw unknown(id);
  });
}

function unknown(id: string): CloudError {
  const prefix = id.slice(0, Math.max(0, id.indexOf('-')));
  const codes: Readonly<Record<string, string>> = { i: 'InvalidInstanceID.NotFound', vpc: 'InvalidVpcID.NotFound', subnet: 'InvalidSubnetID.NotFound', vol: 'InvalidVolume.NotFound', sg: 'InvalidGroup.NotFound' };
  return new CloudError(codes[prefix] ?? 'InvalidID', `The ID '${id}' does not exist`);
}

function invalid(message: string): CloudError {
  return new CloudError('InvalidParameterValue', message);
}
