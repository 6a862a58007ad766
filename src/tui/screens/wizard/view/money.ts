import { cutToWidth, displayWidth } from '../../../../core/display-width.ts';
import type { InstanceType } from '../../../../core/clouds.ts';

/** `0.0376 $`; `unknown` where nobody knows. */
export function price(amount: number | null, currency: string | null, digits: 2 | 4): string {
  if (amount === null) return 'unknown';
  const sign = currency === 'USD' || currency === null ? '$' : currency === 'EUR' ? '€' : currency;
  return `${amount.toFixed(digits)} ${sign}`;
}

/** `t3a.medium 2/4 0.0376 $`, and as much of it as fits: what it costs goes last. */
export function typeText({ type, vcpu, memoryGb, hourlyPrice, currency }: InstanceType, columns: number, more: string): string {
  const gives = vcpu === null || memoryGb === null ? '' : ` ${vcpu}/${memoryGb}`;
  const cost = hourlyPrice === null ? 'unknown' : price(hourlyPrice, currency, 4);
  const short = hourlyPrice === null ? '?' : hourlyPrice.toFixed(4);
  const fitting = [`${type}${gives} ${cost}`, `${type} ${cost}`, `${type} ${short}`].find((text) => displayWidth(text) <= columns);
  if (fitting !== undefined) return fitting;
  const room = columns - displayWidth(short) - 1;
  return room < 5 ? short : `${cutToWidth(type, room, more)} ${short}`;
}
