import type { ErrorRule, ErrorText } from '../error-rules.ts';
import { zonesOffered } from './error-text.ts';

const elsewhere = 'another zone (--zone), region (--region) or type (--instance-type)';

/** Rows of the Azure error table for what another zone, region, size or price would get. */
export const capacityRules: readonly ErrorRule[] = [
  {
    pattern: /Spot price is (?:above|higher than)|max price .*(?:lower|below)/i,
    kind: 'capacity',
    summary: 'the spot price is above spot.maxPrice',
    hint: 'leave out --max-price: the on-demand price is the ceiling then; or --no-spot',
    retryable: true,
    holdsFor: 'spot',
  },
  {
    codes: ['SkuNotAvailable'],
    kind: 'capacity',
    summary: ({ text }) => `Azure has no ${sizeIn(text)} left${locationIn(text)}`,
    hint: `${elsewhere}; what the subscription may use: az vm list-skus --location REGION --size SIZE --output table`,
    retryable: true,
    holdsFor: 'region',
  },
  {
    codes: ['ZonalAllocationFailed'],
    kind: 'capacity',
    summary: 'Azure has no machine of this size left in the zone',
    hint: elsewhere,
    retryable: true,
    holdsFor: 'zone',
  },
  {
    codes: ['OverconstrainedZonalAllocationRequest'],
    kind: 'capacity',
    summary: 'Azure has no machine left in the zone that is all of what was asked for',
    hint: ({ text }) => `${elsewhere}${/[Ss]pot|[Ll]ow.?[Pp]riority/.test(text) ? '; or --no-spot' : ''}`,
    retryable: true,
    holdsFor: 'zone',
  },
  {
    codes: ['AllocationFailed', 'OverconstrainedAllocationRequest', 'AllocationTimedOut'],
    kind: 'capacity',
    summary: 'Azure has no machine of this size left in the region',
    hint: ({ text }) => `another region (--region) or type (--instance-type)${/[Ss]pot|[Ll]ow.?[Pp]riority/.test(text) ? '; or --no-spot' : ''}`,
    retryable: true,
    holdsFor: 'region',
  },
  {
    codes: ['InvalidAvailabilityZone', 'ResourcesForSkuUnavailable', 'LocationNotSupportAvailabilityZones', 'AvailabilityZoneNotSupported'],
    kind: 'capacity',
    summary: ({ text }) => `Azure does not offer this in the zone${/zone\(s\) '([^']+)'/.exec(text) === null ? '' : ` ${/zone\(s\) '([^']+)'/.exec(text)?.[1] ?? ''}`}`,
    hint: inOtherZones,
    retryable: true,
    holdsFor: 'zone',
    zonesOffered,
  },
  {
    codes: ['SubnetIsFull', 'SubnetWithNoFreeIpAddresses'],
    kind: 'capacity',
    summary: 'the subnet has no free address left',
    hint: 'another subnet (azure.subnetId), or a network of its own: leave azure.subnetId out',
    retryable: false,
  },
];

function inOtherZones({ text }: ErrorText): string {
  const [first, ...others] = zonesOffered(text);
  if (first === undefined) return elsewhere;
  return `labtui apply --session SESSION --zone ${first}${others.length === 0 ? '' : `   (also: ${others.join(', ')})`}`;
}

function sizeIn(text: string): string {
  return /Capacity Restrictions: ([\w-]+)/.exec(text)?.[1] ?? /(Standard_[\w-]+)/.exec(text)?.[1] ?? 'machine of this size';
}

function locationIn(text: string): string {
  const location = /location '([^']+)'/.exec(text)?.[1];
  return location === undefined ? '' : ` in ${location.toLowerCase()}`;
}
