import type { DeadlineMove } from '../../core/cloud.ts';
import { tagKeys } from '../../core/tags.ts';
import { withTexts } from '../../core/written-stack.ts';
import { triggerTime } from './deadline.ts';

/** An Azure stack with another deadline: the tag on everything, and the time of the trigger. All of that is changed in place. */
export function moveDeadline(json: string, { until }: DeadlineMove): string {
  return withTexts(json, (text, path) => {
    const [block, type] = path;
    const name = path.at(-1);
    if (block === 'resource' && name === tagKeys.expires) return until;
    return block === 'resource' && type === 'azurerm_logic_app_trigger_recurrence' && name === 'start_time' ? triggerTime(until) : text;
  });
}
