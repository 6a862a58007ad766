import type { PlanEvent } from './events.ts';

/** What several stacks cost together in one currency: different ones are never added up. */
export interface TotalCost {
  readonly currency: string;
  readonly hourly: number;
  /** null: a stack has no TTL. */
  readonly untilTtl: number | null;
  /** null: a plan of an older labtui, which did not say. */
  readonly monthly: number | null;
  /** Something that costs is not in it. */
  readonly isPartial: boolean;
}

type Costs = Pick<PlanEvent, 'hourlyCost' | 'costUntilTtl' | 'monthlyCost' | 'unknownCosts' | 'currency'>;

/** One sum for each currency; none where nothing has a price. What has none at all makes every sum partial. */
export function totalCosts(plans: readonly Costs[]): readonly TotalCost[] {
  const unpriced = plans.some(({ hourlyCost, currency }) => hourlyCost === null || currency === null);
  const currencies = [...new Set(plans.flatMap(({ hourlyCost, currency }) => (hourlyCost === null || currency === null ? [] : [currency])))];
  return currencies.map((currency) => {
    const own = plans.filter((plan) => plan.currency === currency && plan.hourlyCost !== null);
    return {
      currency,
      hourly: sum(own.map(({ hourlyCost }) => hourlyCost ?? null)) ?? 0,
      untilTtl: sum(own.map(({ costUntilTtl }) => costUntilTtl)),
      monthly: sum(own.map(({ monthlyCost }) => monthlyCost ?? null)),
      isPartial: unpriced || own.some(({ unknownCosts = [] }) => unknownCosts.length > 0),
    };
  });
}

function sum(amounts: readonly (number | null)[]): number | null {
  let total = 0;
  for (const amount of amounts) {
    if (amount === null) return null;
    total += amount;
  }
  return Math.round(total * 1e4) / 1e4;
}
