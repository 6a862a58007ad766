import { invalidInput } from '../../core/errors.ts';

/** What makes a machine one of Azure's spot machines: it goes for good when Azure needs its place. */
export interface SpotSettings {
  readonly priority: 'Spot';
  readonly evictionPolicy: 'Delete';
  /** USD an hour; -1: up to the price on demand. */
  readonly maxBidPrice: number;
}

/** Azure reads five digits behind the point. */
const leastPrice = 0.00001;

/** Throws invalid-input for a price below what Azure can read. */
export function spotSettings(maxPrice: number | null): SpotSettings {
  if (maxPrice !== null && maxPrice < leastPrice) {
    throw invalidInput(`spot.maxPrice ${maxPrice} is less than the least that Azure reads, ${leastPrice.toFixed(5)} USD an hour`, 'a higher --max-price, or none');
  }
  return { priority: 'Spot', evictionPolicy: 'Delete', maxBidPrice: maxPrice === null ? -1 : Number(maxPrice.toFixed(5)) };
}
