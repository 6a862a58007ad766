import type { Attributes, Planning } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import { plannedTagsAll } from './tagging.ts';

/** What this provider adds to the plan of every resource with tags: tags_all, with its default tags. */
export function planTags({ planned }: Planning, context: ProviderContext): Attributes {
  return { ...planned, tags_all: plannedTagsAll(context, planned) };
}
