import type { CloudFacts } from '../core/clouds.ts';
import { hourlyCost } from '../core/cost.ts';
import type { Host, StillBilled } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { type CostPart, costParts } from '../core/prices.ts';
import { withCost } from './price-stacks.ts';

/** What of a stopped machine its cloud goes on billing. */
function billedParts({ capabilities }: CloudFacts): readonly CostPart[] {
  return costParts.filter((part) => (part === 'machines' ? capabilities.stopIsBilled === true : part === 'addresses' ? capabilities.stopKeepsAddress === true : true));
}

/** What the stopped machines of a stack go on costing; null where none is stopped. What costs nothing, as on this computer, is left out. */
export function stillBilled(stack: PinnedStack, hosts: readonly Host[], facts: CloudFacts): StillBilled | null {
  const stopped = hosts.filter(({ state }) => state === 'stopped').length;
  if (stopped === 0) return null;
  const { cost } = withCost(stack);
  // Nobody sells a computer of one's own, which has no regions either.
  const isFree = (amount: number | null): boolean => amount === 0 || (amount === null && facts.regions.length === 0);
  const parts = billedParts(facts).filter((part) => !isFree(cost[part]));
  const known = parts.flatMap((part) => cost[part] ?? []);
  const share = stopped / stack.machines.length;
  return {
    stack: stack.id,
    machines: stopped,
    parts,
    hourlyCost: known.length === 0 ? (parts.length === 0 ? 0 : null) : rounded(share * known.reduce((sum, amount) => sum + amount, 0)),
    currency: cost.currency,
    unknownCosts: parts.filter((part) => cost[part] === null),
  };
}

/** List price per hour of the stack as its machines are; undefined: as its plan says, since none is stopped; null: unknown. */
export function presentCost(stack: PinnedStack, hosts: readonly Host[], facts: CloudFacts): number | null | undefined {
  const off = stillBilled(stack, hosts, facts);
  if (off === null) return undefined;
  const full = hourlyCost(withCost(stack).cost);
  if (off.machines === stack.machines.length) return off.hourlyCost;
  if (full === null) return null;
  return rounded(full * (1 - off.machines / stack.machines.length) + (off.hourlyCost ?? 0));
}

function rounded(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
