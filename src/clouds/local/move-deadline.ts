import type { DeadlineMove } from '../../core/cloud.ts';
import { tagKeys } from '../../core/tags.ts';
import { withTexts } from '../../core/written-stack.ts';

/** A stack of this computer with another deadline, in its tags and for the machines' watchdogs: both change in place. */
export function moveDeadline(json: string, { until }: DeadlineMove): string {
  return withTexts(json, (text, path) => {
    const [block, type] = path;
    const [holder, name] = path.slice(-2);
    if (block !== 'resource') return text;
    if (holder === 'tags' && name === tagKeys.expires) return until;
    return type === 'local_machine' && name === 'expires_at' ? until : text;
  });
}
