import type { ErrorRule } from '../error-rules.ts';
import { zoneIn, zonesOffered } from './error-text.ts';

/** Rows of the AWS error table for what another zone, type or price would get. */
export const capacityRules: readonly ErrorRule[] = [
  {
    codes: ['InsufficientInstanceCapacity', 'InsufficientCapacity', 'InsufficientHostCapacity', 'UnfulfillableCapacity'],
    pattern: /[Ss]pot capacity/,
    kind: 'capacity',
    summary: 'AWS has no spot capacity left for this type and zone',
    hint: ({ message }) => `${elsewhere(message)}   or --no-spot`,
    retryable: true,
    holdsFor: 'zone',
    zonesOffered,
  },
  {
    codes: ['InsufficientInstanceCapacity', 'InsufficientCapacity', 'InsufficientHostCapacity', 'UnfulfillableCapacity', 'ReservationCapacityExceeded'],
    kind: 'capacity',
    summary: ({ message }) => {
      const type = /sufficient (\S+) capacity/.exec(message)?.[1] ?? 'instance of this type';
      const zone = zoneIn(message);
      return `AWS has no ${type} left${zone === null ? '' : ` in ${zone}`}`;
    },
    hint: ({ message }) => elsewhere(message),
    retryable: true,
    holdsFor: 'zone',
    zonesOffered,
  },
  {
    codes: ['Unsupported'],
    pattern: /not supported in your requested Availability Zone/,
    kind: 'capacity',
    summary: ({ message }) => {
      const type = /instance type \(([^)]+)\)/.exec(message)?.[1] ?? 'this type';
      return `AWS does not offer ${type} in ${zoneIn(message) ?? 'this zone'}`;
    },
    hint: ({ message }) => elsewhere(message),
    retryable: true,
    holdsFor: 'zone',
    zonesOffered,
  },
  {
    codes: ['InsufficientFreeAddressesInSubnet'],
    kind: 'capacity',
    summary: 'the subnet has no free address left',
    hint: 'another subnet (aws.subnetId), or a network of its own: --network isolated',
    retryable: false,
  },
  {
    codes: ['SpotMaxPriceTooLow'],
    kind: 'capacity',
    summary: ({ message }) => {
      const least = /(?:minimum required Spot request fulfillment|minimum) price of ([\d.]*\d)/.exec(message)?.[1];
      return `the spot price is above spot.maxPrice${least === undefined ? '' : `: at least ${least} USD an hour`}`;
    },
    hint: 'leave out --max-price: the on-demand price is the ceiling then',
    retryable: true,
    holdsFor: 'spot',
  },
];

function elsewhere(message: string): string {
  const [first, ...others] = zonesOffered(message);
  if (first === undefined) return 'another zone (--zone), region (--region) or type (--instance-type)';
  const also = others.length === 0 ? '' : `   (also: ${others.join(', ')})`;
  return `labtui apply --session SESSION --zone ${first}${also}`;
}
