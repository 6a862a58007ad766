import { createHash } from 'node:crypto';
import type { InstanceType } from '../../core/clouds.ts';
import { invalidInput, LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { StackPlan } from '../../core/plan.ts';
import { didYouMean } from '../../core/suggest.ts';
import type { FoundImage } from './found-image.ts';
import { zoneName, zoneNumber } from './names.ts';
import { addressShortage, coreShortage, quotaError, type Shortage, type Usages } from './quota.ts';
import type { Size } from './sizes.ts';

export interface PlacementInput {
  readonly plan: StackPlan;
  readonly region: string;
  readonly sizes: ReadonlyMap<string, Size>;
  readonly usages: Usages;
  readonly image: FoundImage;
  /** The zone among several that fit is chosen by this text, so that many sessions do not crowd one zone. */
  readonly spreadBy: string;
  readonly emit: Emit;
}

export interface Placement {
  readonly type: InstanceType;
  readonly size: Size;
  /** `westeurope-2`, or the region where it has no zones. */
  readonly zone: string;
}

interface Refusal {
  readonly type: InstanceType;
  readonly why: string;
  readonly shortage: Shortage | null;
}

/**
 * The first of the plan's types that the region offers to the subscription, that fits image and quota, and a zone for it: always the
 * same for the same `spreadBy`. Emits a `fallback` where it is not the first type. Rejects with kind quota, capacity or, for a type
 * that the user named, invalid-input.
 */
export function placeMachines(input: PlacementInput): Placement {
  const { plan, region, sizes, emit } = input;
  if (sizes.size === 0) {
    throw invalidInput(`the subscription cannot use the region ${region}`, 'another region (--region); those there are: az account list-locations --output table');
  }
  checkZone(input);
  const addresses = addressShortage(plan, input.usages);
  if (addresses !== null) throw quotaError(addresses, plan, region);
  const refusals: Refusal[] = [];
  for (const type of plan.instanceTypes) {
    const size = sizes.get(type.type.toLowerCase());
    const refusal = refusalOf(type, size, input);
    if (refusal !== null || size === undefined) {
      refusals.push(refusal ?? { type, why: 'is not offered', shortage: null });
      continue;
    }
    const [first] = refusals;
    if (first !== undefined) emit({ type: 'fallback', from: first.type.type, to: type.type, reason: `${first.type.type} ${first.why}` });
    return { type, size, zone: zoneFor(size, input) };
  }
  throw notPossible(refusals, input);
}

/** A zone that no size is offered in is none. */
function checkZone({ plan, region, sizes }: PlacementInput): void {
  const wanted = plan.zone === 'auto' ? null : zoneNumber(region, plan.zone);
  const zones = [...new Set([...sizes.values()].flatMap((size) => size.zones))].sort();
  if (wanted === null || zones.includes(wanted)) return;
  if (zones.length === 0) throw invalidInput(`${region} has no zones that the subscription may use`, 'leave out --zone');
  throw invalidInput(`${region} has no zone "${wanted}" that the subscription may use`, `--zone ${zones[0] ?? 'auto'}`, `zones: ${zones.join(', ')}`);
}

function refusalOf(type: InstanceType, size: Size | undefined, { plan, region, usages, image }: PlacementInput): Refusal | null {
  const no = (why: string, shortage: Shortage | null = null): Refusal => ({ type, why, shortage });
  if (size === undefined) return no(`is not offered in ${region}`);
  if (size.restriction !== null) return no(`may not be used by the subscription in ${region} (${size.restriction})`);
  const zone = plan.zone === 'auto' ? null : zoneNumber(region, plan.zone);
  if (zone !== null && !size.zones.includes(zone)) return no(`is not offered in ${zoneName(region, zone)}`);
  if (size.arch !== plan.arch) return no(`is ${size.arch}, not ${plan.arch}`);
  if (image.generation !== null && size.generations.length > 0 && !size.generations.includes(image.generation)) {
    return no(`does not start images of generation ${image.generation}`);
  }
  // An image that says nothing of controllers starts from SCSI; a type that the user named is tried all the same.
  if (size.onlyNvme && image.nvme === false) return no('starts from NVMe disks only, which the image does not know');
  if (size.onlyNvme && image.nvme === null && !plan.typeNamedByUser) return no('starts from NVMe disks only, and the image does not say that it can');
  if (plan.spot.enabled && !size.spot) return no('is never a spot machine');
  const shortage = coreShortage(plan, size, usages);
  return shortage === null ? null : no(`does not fit the quota "${shortage.quota}" (${shortage.left} of ${shortage.limit} left)`, shortage);
}

function zoneFor(size: Size, { plan, region, spreadBy }: PlacementInput): string {
  if (plan.zone !== 'auto') return zoneName(region, zoneNumber(region, plan.zone));
  // Closed zones all around still leave the region itself.
  return zoneName(region, size.zones.length === 0 ? null : spread(size.zones, spreadBy));
}

function notPossible(refusals: readonly Refusal[], input: PlacementInput): LabError {
  const { plan, region, sizes } = input;
  const lacking = refusals.find(({ shortage }) => shortage !== null)?.shortage;
  if (lacking) return quotaError(lacking, plan, region);
  const elsewhere = zonesElsewhere(input);
  const detail = elsewhere ?? refusals.map(({ type, why }) => `${type.type} ${why}`).join('\n');
  const hint = elsewhere === null ? 'another region (--region) or type (--instance-type)' : 'leave out --zone, or name one of these';
  const [only] = refusals;
  if (plan.typeNamedByUser && only !== undefined) {
    const meant = sizes.has(only.type.type.toLowerCase()) ? '' : didYouMean(only.type.type, [...sizes.values()].map(({ name }) => name));
    const spot = only.why.includes('spot') ? '--no-spot, or another type (--instance-type)' : hint;
    return invalidInput(`${only.type.type} ${only.why}${meant}`, spot, elsewhere ?? 'labtui sizes --cloud azure   lists other types');
  }
  const names = listed(refusals.map(({ type }) => type.type));
  return new LabError({ kind: 'capacity', summary: `Azure offers none of ${names} for this lab in ${region}`, hint, detail, retryable: false });
}

/** Where the types are to be had, when the named zone is not among them; null: nowhere, or no zone was named. */
function zonesElsewhere({ plan, region, sizes }: PlacementInput): string | null {
  if (plan.zone === 'auto') return null;
  const offered = plan.instanceTypes.flatMap(({ type }) => {
    const zones = sizes.get(type.toLowerCase())?.zones ?? [];
    return zones.map((zone) => `${type} in ${zoneName(region, zone)}`);
  });
  return offered.length === 0 ? null : `offered: ${listed(offered)}`;
}

const mostListed = 6;

function listed(names: readonly string[]): string {
  const more = names.length - mostListed;
  return more > 0 ? `${names.slice(0, mostListed).join(', ')} and ${more} more` : names.join(', ');
}

/** The same zone for the same text, whatever the order of the zones. */
function spread(zones: readonly string[], by: string): string {
  const number = createHash('sha256').update(by).digest().readUInt32BE(0);
  return [...zones].sort()[number % zones.length] ?? '';
}
