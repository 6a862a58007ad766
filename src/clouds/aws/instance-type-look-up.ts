import { DescribeAvailabilityZonesCommand, DescribeInstanceTypeOfferingsCommand, DescribeInstanceTypesCommand, type InstanceTypeInfo } from '@aws-sdk/client-ec2';
import type { Arch, InstanceType } from '../../core/clouds.ts';
import { invalidInput, LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { StackPlan } from '../../core/plan.ts';
import { didYouMean } from '../../core/suggest.ts';
import { chooseZone, withoutSoldOut, type ZoneChoice } from '../zone-choice.ts';
import { allPages, asked, type Ec2, hasCode } from './ec2-calls.ts';
import { awsFacts } from './facts.ts';

export interface Placement {
  readonly type: InstanceType;
  readonly zone: string;
}

/** EC2's words for labtui's. */
export const ec2Arch: Readonly<Record<Arch, 'x86_64' | 'arm64'>> = { amd64: 'x86_64', arm64: 'arm64' };

/** Zones of the region by the types that are offered there. */
export type Offers = ReadonlyMap<string, readonly string[]>;

export interface Offered {
  /** Ordinary zones that the account may use. */
  readonly zones: readonly string[];
  /** Those of them of which EC2 says nothing worse than that they are there. */
  readonly sound: readonly string[];
  readonly offers: Offers;
}

/** Where the plan's types are offered. */
export async function offersOf(ec2: Ec2, types: readonly InstanceType[]): Promise<Offered> {
  const Filters = [{ Name: 'instance-type', Values: types.map(({ type }) => type) }];
  const [{ zones, sound }, offered] = await Promise.all([
    usableZones(ec2),
    allPages(
      (NextToken) => ec2.send(new DescribeInstanceTypeOfferingsCommand({ LocationType: 'availability-zone', Filters, NextToken })),
      (page) => page.InstanceTypeOfferings,
    ),
  ]);
  const offers = new Map<string, readonly string[]>();
  for (const { InstanceType: type = '', Location: zone = '' } of offered) {
    if (zones.includes(zone)) offers.set(type, [...(offers.get(type) ?? []), zone].sort());
  }
  return { zones, sound, offers };
}

/** Impaired and constrained zones may still start machines, so they can be named; nobody is sent there. */
async function usableZones(ec2: Ec2): Promise<Omit<Offered, 'offers'>> {
  const { AvailabilityZones = [] } = await asked(ec2.send(new DescribeAvailabilityZonesCommand({})));
  const usable = AvailabilityZones.filter(({ ZoneType = 'availability-zone', State }) => ZoneType === 'availability-zone' && State !== 'unavailable');
  const names = (zones: typeof usable) => zones.map(({ ZoneName = '' }) => ZoneName).sort();
  return { zones: names(usable), sound: names(usable.filter(({ State }) => State !== 'impaired' && State !== 'constrained')) };
}

/**
 * The first of the plan's types that is offered, and a zone for it out of `allowed`: always the same for the same
 * session, and spread over all of them for many. Emits a `fallback` where it is not the first type.
 */
export function placeInstances(plan: StackPlan, region: string, offers: Offers, allowed: readonly string[], choice: ZoneChoice, emit: Emit): Placement {
  const where = allowed.length === 1 ? (allowed[0] ?? region) : region;
  const zonesFor = ({ type }: InstanceType) => withoutSoldOut((offers.get(type) ?? []).filter((zone) => allowed.includes(zone)), type, choice.again);
  const type = plan.instanceTypes.find((candidate) => zonesFor(candidate).length > 0);
  const [first] = plan.instanceTypes;
  if (type === undefined || first === undefined) throw notOffered(plan, where, offers);
  if (type !== first) {
    emit({ type: 'fallback', from: first.type, to: type.type, reason: `${first.type} is not offered in ${where}` });
  }
  return { type, zone: chooseZone(zonesFor(type), choice) };
}

function notOffered(plan: StackPlan, where: string, offers: Offers): LabError {
  const names = plan.instanceTypes.map(({ type }) => type);
  const elsewhere = names.flatMap((type) => (offers.get(type) ?? []).map((zone) => `${type} in ${zone}`));
  const detail = elsewhere.length === 0 ? 'labtui sizes --cloud aws   lists other types' : `offered: ${elsewhere.join(', ')}`;
  const hint = elsewhere.length === 0 ? 'another region (--region) or type (--instance-type)' : 'leave out --zone, or name one of these';
  const holdsFor = plan.zone === 'auto' ? 'region' : 'zone';
  if (plan.typeNamedByUser) return new LabError({ kind: 'invalid-input', summary: `AWS does not offer ${names.join(', ')} in ${where}`, hint, detail, holdsFor });
  return new LabError({ kind: 'capacity', summary: `AWS offers none of ${names.join(', ')} in ${where}`, hint, detail, retryable: false, holdsFor });
}

/** Checks a type that the user named: that it exists and has the architecture. Fills in what the catalogue lacks. */
export async function describeType(ec2: Ec2, type: InstanceType, arch: Arch): Promise<Pick<InstanceType, 'vcpu' | 'memoryGb'>> {
  const info = await instanceTypeInfo(ec2, type.type);
  const has = info.ProcessorInfo?.SupportedArchitectures ?? [];
  if (!has.includes(ec2Arch[arch])) {
    throw invalidInput(
      `${type.type} has the architecture ${has.join(', ')}, not ${ec2Arch[arch]}`,
      `--arch ${arch === 'amd64' ? 'arm64' : 'amd64'}, or another --instance-type`,
    );
  }
  const memoryMib = info.MemoryInfo?.SizeInMiB;
  return { vcpu: info.VCpuInfo?.DefaultVCpus ?? type.vcpu, memoryGb: memoryMib === undefined ? type.memoryGb : memoryMib / 1_024 };
}

async function instanceTypeInfo(ec2: Ec2, type: string): Promise<InstanceTypeInfo> {
  const Filters = [{ Name: 'instance-type', Values: [type] }];
  try {
    const { InstanceTypes: [info] = [] } = await asked(ec2.send(new DescribeInstanceTypesCommand({ Filters })));
    if (info !== undefined) return info;
  } catch (error) {
    if (!hasCode(error, 'InvalidInstanceType')) throw error;
  }
  const known = awsFacts.instanceTypes.map((row) => row.type);
  throw new LabError({
    kind: 'invalid-input',
    summary: `AWS has no instance type "${type}" in this region${didYouMean(type, known)}`,
    hint: 'labtui sizes --cloud aws',
    holdsFor: 'region',
  });
}
