import { type Attributes, unknown, type Value } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Tags } from '../model/ec2.ts';
import { askEc2 } from './ask-ec2.ts';
import { createTags, deleteTags } from '../model/tags.ts';
import { block, isKnown, map } from './attributes.ts';

/** `default_tags` of the provider block. */
export function defaultTags({ config }: ProviderContext): Tags {
  const defaults = block(config, 'default_tags');
  return (defaults === null ? null : map(defaults, 'tags')) ?? {};
}

/** All tags of a resource of that configuration, as they are put on it. */
export function allTags(context: ProviderContext, attributes: Attributes): Tags {
  return { ...defaultTags(context), ...map(attributes, 'tags') };
}

/** What a plan says of `tags_all`. */
export function plannedTagsAll(context: ProviderContext, attributes: Attributes): Value {
  return isKnown(attributes.tags) ? allTags(context, attributes) : unknown;
}

/**
 * `tags` and `tags_all` of the state: what the provider's default tags add stays out of `tags`, unless the configuration
 * has it itself.
 */
export function tagAttributes(context: ProviderContext, { tags }: Pick<SimResource, 'tags'>, prior: Attributes): Attributes {
  const defaults = defaultTags(context);
  const before = map(prior, 'tags');
  const own = Object.entries(tags).filter(([key, value]) => defaults[key] !== value || before?.[key] === value);
  return { tags: own.length === 0 && before === null ? null : Object.fromEntries(own), tags_all: tags };
}

/** Brings the tags of a resource from one state to another. */
export async function updateTags(context: ProviderContext, id: string, prior: Attributes, planned: Attributes): Promise<void> {
  const before = map(prior, 'tags_all') ?? {};
  const after = allTags(context, planned);
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const changed = Object.entries(after).filter(([key, value]) => before[key] !== value);
  if (gone.length > 0) {
    await askEc2(context, 'DeleteTags', { target: id }, (ec2) => deleteTags(ec2, [id], new Map(gone.map((key) => [key, null]))));
  }
  if (changed.length > 0) {
    await askEc2(context, 'CreateTags', { target: id }, (ec2) => createTags(ec2, [id], Object.fromEntries(changed)));
  }
}
