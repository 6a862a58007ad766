import type { DeadlineMove } from '../../core/cloud.ts';
import { tagKeys } from '../../core/tags.ts';
import { withTexts } from '../../core/written-stack.ts';
import { tagsEntry, valueLabel } from './labels.ts';

/**
 * A Google Cloud stack with another deadline in its labels and in the machines' metadata, which are changed in place. The machines'
 * own termination time stays: it only changes on a stopped machine, and Terraform would make another machine instead.
 */
export function moveDeadline(json: string, { from, until }: DeadlineMove): string {
  return withTexts(json, (text, path) => {
    const [block] = path;
    const [holder, name] = path.slice(-2);
    if (block !== 'resource') return text;
    if (holder === 'labels' && name === tagKeys.expires) return valueLabel(until);
    // A text of JSON within the JSON.
    return holder === 'metadata' && name === tagsEntry ? text.replace(`"${tagKeys.expires}":"${from}"`, `"${tagKeys.expires}":"${until}"`) : text;
  });
}
