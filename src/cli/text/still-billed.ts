import { partNames } from '../../core/cost.ts';
import type { StillBilled } from '../../core/events.ts';
import { money } from './money.ts';

/** What stopped machines of a stack go on costing, in a sentence. */
export function stillBilledText({ stack, machines, parts, hourlyCost, currency, unknownCosts }: StillBilled, title: string): string {
  if (parts.length === 0) return `${stack}   nothing of it is billed while it is stopped`;
  const price = hourlyCost === null ? 'price unknown' : `${money(hourlyCost, currency, 4)} per hour${unknownCosts.length === 0 ? '' : `, without the ${unknownCosts.map((part) => partNames[part]).join(' and ')}, whose price is unknown`}`;
  if (parts.includes('machines')) return `${stack}   ${title} bills a stopped machine as one that runs, until it is destroyed: ${price}`;
  return `${stack}   still billed: ${parts.map((part) => `${partNames[part]}${machines > 1 ? (part === 'addresses' ? 'es' : 's') : ''}`).join(' and ')}, ${price}`;
}
