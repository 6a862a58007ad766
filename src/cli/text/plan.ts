import type { PlanEvent } from '../../core/events.ts';
import { money } from './money.ts';

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

/** `0.0376 $ per hour, 0.15 $ until its TTL, list price us-east-1 of 2026-01-19`. */
export function costLine(plan: PlanEvent): string {
  if (plan.hourlyCost === null) return 'price unknown';
  const until = plan.costUntilTtl === null ? '' : `, ${money(plan.costUntilTtl, plan.currency)} until its TTL`;
  const source = `${plan.priceRegion === null ? '' : ` ${plan.priceRegion}`}${plan.priceDate === null ? '' : ` of ${plan.priceDate}`}`;
  return `${money(plan.hourlyCost, plan.currency, 4)} per hour${until}, list price${source}, machine only`;
}
