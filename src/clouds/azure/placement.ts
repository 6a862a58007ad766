import type { LookupAgain } from '../../core/cloud.ts';
import type { InstanceType } from '../../core/clouds.ts';
import { invalidInput, LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { StackPlan } from '../../core/plan.ts';
import { didYouMean } from '../../core/suggest.ts';
import { chooseZone, withoutSoldOut } from '../zone-choice.ts';
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
  readonly again?: LookupAgain | undefined;
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
  /** On demand it would be another matter. */
  readonly spot: boolean;
}

/**
 * The first of the plan's types that the region offers to the subscription, that fits image and quota, and a zone for it: always the
 * same for the same `spreadBy`. Emits a `fallback` where it is not the first type. Rejects with kind quota, capacity or, for a type
 * that the user named, invalid-input.
 */
export function placeMachines(input: PlacementInput): Placement {
  const { plan, region, sizes, emit } = input;
  checkZone(input);
  // A second look-up would count the addresses that the first try has made already.
  const addresses = input.again === undefined ? addressShortage(plan, input.usages) : null;
  if (addresses !== null) throw quotaError(addresses, plan, region);
  const refusals: Refusal[] = [];
  for (const type of plan.instanceTypes) {
    const size = sizes.get(type.type.toLowerCase());
    const refusal = refusalOf(type, size, input);
    if (refusal !== null || size === undefined) {
      refusals.push(refusal ?? { type, why: 'is not offered', shortage: null, spot: false });
      continue;
    }
    const [first] = refusals;
    if (first !== undefined) emit({ type: 'fallback', from: first.type.type, to: type.type, reason: `${first.type.type} ${first.why}` });
    return { type, size, zone: zoneFor(size, input) };
  }
  throw notPossible(refusals, input);
}

/** Rejects where the subscription has no sizes at all: it cannot use the region. */
export function checkRegion(sizes: ReadonlyMap<string, Size>, region: string): void {
  if (sizes.size > 0) return;
  throw new LabError({
    kind: 'invalid-input',
    summary: `the subscription cannot use the region ${region}`,
    hint: 'another region (--region); those there are: az account list-locations --output table',
    holdsFor: 'region',
  });
}

/** A zone that no size is offered in is none. */
function checkZone({ plan, region, sizes }: PlacementInput): void {
  const wanted = plan.zone === 'auto' ? null : zoneNumber(region, plan.zone);
  const zones = [...new Set([...sizes.values()].flatMap((size) => size.zones))].sort();
  if (wanted === null || zones.includes(wanted)) return;
  if (zones.length === 0) throw invalidInput(`${region} has no zones that the subscription may use`, 'leave out --zone');
  throw invalidInput(`${region} has no zone "${wanted}" that the subscription may use`, `--zone ${zones[0] ?? 'auto'}`, `zones: ${zones.join(', ')}`);
}

function refusalOf(type: InstanceType, size: Size | undefined, { plan, region, usages, image, again }: PlacementInput): Refusal | null {
  const no = (why: string, shortage: Shortage | null = null, spot = false): Refusal => ({ type, why, shortage, spot });
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
  if (zone === null && placesFor(size, region, again).length === 0) return no(`was sold out in ${region} a moment ago`);
  if (plan.spot.enabled && !size.spot) return no('is never a spot machine', null, true);
  const shortage = coreShortage(plan, size, usages, again?.freedVcpu);
  return shortage === null ? null : no(`does not fit the quota "${shortage.quota}" (${shortage.left} of ${shortage.limit} left)`, shortage, plan.spot.enabled);
}

function zoneFor(size: Size, { plan, region, spreadBy, again }: PlacementInput): string {
  if (plan.zone !== 'auto') return zoneName(region, zoneNumber(region, plan.zone));
  return chooseZone(placesFor(size, region, again), { spreadBy, again, written: (zone) => zoneNumber(region, zone) ?? zone });
}

/** Where a size may go. Closed zones all around still leave the region itself. */
function placesFor(size: Size, region: string, again: LookupAgain | undefined): readonly string[] {
  const places = size.zones.length === 0 ? [zoneName(region, null)] : size.zones.map((zone) => zoneName(region, zone));
  return withoutSoldOut(places, size.name, again);
}

function notPossible(refusals: readonly Refusal[], input: PlacementInput): LabError {
  const { plan, region, sizes } = input;
  const holdsFor = refusals.some(({ spot }) => spot) ? 'spot' : plan.zone === 'auto' ? 'region' : 'zone';
  const lacking = refusals.find(({ shortage }) => shortage !== null)?.shortage;
  if (lacking) {
    const { problem } = quotaError(lacking, plan, region);
    return new LabError(holdsFor === 'spot' ? { ...problem, holdsFor } : problem);
  }
  const elsewhere = zonesElsewhere(input);
  const detail = elsewhere ?? refusals.map(({ type, why }) => `${type.type} ${why}`).join('\n');
  const hint = elsewhere === null ? 'another region (--region) or type (--instance-type)' : 'leave out --zone, or name one of these';
  const [only] = refusals;
  if (plan.typeNamedByUser && only !== undefined) {
    const meant = sizes.has(only.type.type.toLowerCase()) ? '' : didYouMean(only.type.type, [...sizes.values()].map(({ name }) => name));
    const spot = only.why.includes('spot') ? '--no-spot, or another type (--instance-type)' : hint;
    const detail = elsewhere ?? 'labtui sizes --cloud azure   lists other types';
    return new LabError({ kind: 'invalid-input', summary: `${only.type.type} ${only.why}${meant}`, hint: spot, detail, holdsFor });
  }
  const names = listed(refusals.map(({ type }) => type.type));
  return new LabError({ kind: 'capacity', summary: `Azure offers none of ${names} for this lab in ${region}`, hint, detail, retryable: false, holdsFor });
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
