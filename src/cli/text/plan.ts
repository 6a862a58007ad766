import type { PlanEvent } from '../../core/events.ts';
import { costLine } from './cost.ts';

/** A plan in one line. */
export function renderPlan(plan: PlanEvent): string {
  const { target } = plan;
  const changes = [
    plan.add > 0 ? `${plan.add} to create` : null,
    plan.change > 0 ? `${plan.change} to change` : null,
    plan.destroy > 0 ? `${plan.destroy} to destroy` : null,
  ].filter((text) => text !== null);
  return `${changes.join(', ') || 'no changes'}: ${target.count} x ${target.instanceType} in ${target.zone}, ${target.imageName ?? target.imageId}, ${costLine(plan)}`;
}
