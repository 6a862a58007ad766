import { addedCosts, costOf, type StackCost } from '../core/cost.ts';
import { alikeParts } from '../core/machine-stack.ts';
import type { PinnedStack } from '../core/plan.ts';
import { priceBook } from '../core/prices.ts';
import type { LabPorts } from './ports.ts';

type Pricing = Pick<LabPorts, 'cloud' | 'prices'>;

/** The stacks with what they cost by the prices in force: pinned, as all that was looked up. Nothing is asked of anybody. */
export function priceStacks(stacks: readonly PinnedStack[], ports: Pricing): readonly PinnedStack[] {
  return stacks.map((stack) => priceStack(stack, ports));
}

/** As priceStacks, of one. */
export function priceStack(stack: PinnedStack, { cloud, prices }: Pricing): PinnedStack {
  const costs = alikeParts(stack).map((part) => costOf(part, cloud(part.cloud).billedItems?.(part) ?? null, prices));
  return { ...stack, cost: addedCosts(costs) };
}

/** A stack with the cost that was pinned with it; of one that an older labtui recorded, its machines' alone. */
export function withCost(stack: PinnedStack): PinnedStack & { readonly cost: StackCost } {
  return { ...stack, cost: stack.cost ?? costOf(stack, null, noPrices) };
}

const noPrices = priceBook(() => []);
