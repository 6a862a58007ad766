import type { DeadlineMove } from '../../core/cloud.ts';
import { tagKeys } from '../../core/tags.ts';
import { withTexts } from '../../core/written-stack.ts';
import { scheduleExpression } from './deadline.ts';

/**
 * An AWS stack with another deadline: the tag on everything and on the provider, and the schedule's time. All of that is changed in
 * place. The machines' user data stays as it was: another one would stop and start them.
 */
export function moveDeadline(json: string, { until }: DeadlineMove): string {
  return withTexts(json, (text, path) => {
    const [block, type] = path;
    const name = path.at(-1);
    if (name === tagKeys.expires) return until;
    return block === 'resource' && type === 'aws_scheduler_schedule' && name === 'schedule_expression' ? scheduleExpression(until) : text;
  });
}
