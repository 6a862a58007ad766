import { partNames } from '../../core/cost.ts';
import type { PlanEvent } from '../../core/events.ts';
import { costParts } from '../../core/prices.ts';
import { money } from './money.ts';

/**
 * `0.0448 $ per hour (machine 0.0376, disk 0.0022, address 0.0050), 0.18 $ until its TTL, 32.70 $ a month if forgotten, list prices us-east-1 of
 * 2026-01-01`. What has no price is named: it is in no sum.
 */
export function costLine(plan: PlanEvent): string {
  const { hourlyCost, costUntilTtl, monthlyCost = null, costs, currency } = plan;
  if (hourlyCost === null) return 'price unknown';
  if (hourlyCost === 0 && besideMachines(plan) === '') return 'nothing to pay';
  const parts = costs === undefined ? 'machine only' : costParts.flatMap((part) => (costs[part] === null ? [] : [`${partNames[part]} ${costs[part].toFixed(4)}`])).join(', ');
  return [
    `${plan.costIsUpperBound === true ? 'at most ' : ''}${money(hourlyCost, currency, 4)} per hour (${parts})${unknownPart(plan)}`,
    ...(costUntilTtl === null ? [] : [`${money(costUntilTtl, currency)} until its TTL`]),
    ...(monthlyCost === null ? [] : [`${money(monthlyCost, currency)} a month if forgotten`]),
    priceSource(plan),
  ].join(', ');
}

/** `list prices us-east-1 of 2026-01-01`, as far as both are to be said. */
export function priceSource({ priceRegion, priceDate, costIsUpperBound }: PlanEvent): string {
  const spot = costIsUpperBound === true ? ', spot as on demand' : '';
  return `list prices${priceRegion === null ? '' : ` ${priceRegion}`}${priceDate === null ? '' : ` of ${priceDate}`}${spot}`;
}

type Unknown = Pick<PlanEvent, 'hourlyCost' | 'unknownCosts'>;

/** ` + disk unknown`; nothing where every part has a price. */
export function unknownPart(plan: Unknown): string {
  const beside = plan.hourlyCost === null ? '' : besideMachines(plan);
  return beside === '' ? '' : ` + ${beside} unknown`;
}

/** `disk and address`, as far as their prices are not known. */
export function besideMachines({ unknownCosts = [] }: Unknown): string {
  return unknownCosts.filter((part) => part !== 'machines').map((part) => partNames[part]).join(' and ');
}
