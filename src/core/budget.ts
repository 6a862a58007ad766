import { hourlyCost, partNames, type StackCost } from './cost.ts';
import type { Problem } from './errors.ts';

export interface Costed {
  readonly id: string;
  readonly cloud: string;
  readonly instanceType: string;
  readonly region: string;
  readonly cost: StackCost;
}

/** What limits are given in. */
const budgetCurrency = 'USD';

/** Why stacks together may cost more an hour than a limit in US dollars; null: they cannot. What nobody knows the price of may. */
export function overBudget(stacks: readonly Costed[], maxHourly: number): Problem | null {
  const inCurrency = stacks.filter(({ cost }) => cost.currency === budgetCurrency);
  const known = inCurrency.reduce((sum, { cost }) => sum + (hourlyCost(cost) ?? 0), 0);
  const open = stacks.find(({ cost }) => cost.unknown.length > 0 || (cost.currency !== null && cost.currency !== budgetCurrency));
  if (known > maxHourly) {
    const least = open === undefined ? '' : 'at least ';
    return {
      kind: 'invalid-input',
      summary: `this lab costs ${least}${known.toFixed(4)} ${budgetCurrency} per hour with disks and addresses, more than --max-hourly ${maxHourly}`,
      hint: 'a smaller --size, fewer machines, or a higher limit',
    };
  }
  if (open === undefined) return null;
  const { cloud, region, cost } = open;
  if (cost.unknown.length === 0) {
    return {
      kind: 'invalid-input',
      summary: `${open.id} is priced in ${cost.currency ?? 'no currency'}, so --max-hourly ${maxHourly}, which is in ${budgetCurrency}, cannot be kept`,
      hint: 'leave out --max-hourly, or leave out that cloud',
    };
  }
  const parts = cost.unknown.map((part) => (part === 'machines' ? open.instanceType : `the ${partNames[part]}`));
  return {
    kind: 'invalid-input',
    summary: `the price of ${parts.join(' and of ')} on ${cloud}${cost.unknown.includes('machines') ? '' : ` (${open.instanceType})`} is unknown, so --max-hourly ${maxHourly} cannot be kept`,
    hint: `labtui prices refresh --cloud ${cloud} --region ${region}   then again; or leave out --max-hourly`,
  };
}
