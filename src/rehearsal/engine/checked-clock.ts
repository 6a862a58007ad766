import type { WorldClock } from './world.ts';

/** Throws where a clock could not be kept as data, or would stand still. */
export function checkedClock({ speed, aheadMs }: WorldClock): WorldClock {
  if (!Number.isFinite(speed) || speed <= 0) throw new RangeError(`a world's speed is a number above 0, not ${speed}`);
  if (!Number.isFinite(aheadMs)) throw new RangeError(`a world's clock is ahead by milliseconds, not ${aheadMs}`);
  return { speed, aheadMs };
}
