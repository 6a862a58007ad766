import { createHash } from 'node:crypto';
import { DescribeAvailabilityZonesCommand, DescribeInstanceTypeOfferingsCommand, DescribeInstanceTypesCommand, type InstanceTypeInfo } from '@aws-sdk/client-ec2';
import type { Arch, InstanceType } from '../../core/clouds.ts';
import { invalidInput, LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { StackPlan } from '../../core/plan.ts';
import { didYouMean } from '../../core/suggest.ts';
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

/** Where the plan's types are offered, in ordinary zones that the account may use. */
export async function offersOf(ec2: Ec2, types: readonly InstanceType[]): Promise<{ readonly zones: readonly string[]; readonly offers: Offers }> {
  const Filters = [{ Name: 'instance-type', Values: types.map(({ type }) => type) }];
  const [zones, offered] = await Promise.all([
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
  return { zones, offers };
}

async function usableZones(ec2: Ec2): Promise<readonly string[]> {
  const { AvailabilityZones = [] } = await asked(ec2.send(new DescribeAvailabilityZonesCommand({})));
  return AvailabilityZones.filter(({ ZoneType = 'availability-zone', State }) => ZoneType === 'availability-zone' && State !== 'unavailable')
    .map(({ ZoneName = '' }) => ZoneName)
    .sort();
}

/**
 * The first of the plan's types that is offered, and a zone for it out of `allowed`: always the same for the same
 * `spreadBy`, and spread over all of them for many. Emits a `fallback` where it is not the first type.
 */
export function placeInstances(plan: StackPlan, region: string, offers: Offers, allowed: readonly string[], spreadBy: string, emit: Emit): Placement {
  const where = allowed.length === 1 ? (allowed[0] ?? region) : region;
  const zonesFor = ({ type }: InstanceType) => (offers.get(type) ?? []).filter((zone) => allowed.includes(zone));
  const type = plan.instanceTypes.find((candidate) => zonesFor(candidate).length > 0);
  const [first] = plan.instanceTypes;
  if (type === undefined || first === undefined) throw notOffered(plan, where, offers);
  if (type !== first) {
    emit({ type: 'fallback', from: first.type, to: type.type, reason: `${first.type} is not offered in ${where}` });
  }
  return { type, zone: spread(zonesFor(type), spreadBy) };
}

function notOffered(plan: StackPlan, where: string, offers: Offers): LabError {
  const names = plan.instanceTypes.map(({ type }) => type);
  const elsewhere = names.flatMap((type) => (offers.get(type) ?? []).map((zone) => `${type} in ${zone}`));
  const detail = elsewhere.length === 0 ? 'labtui sizes --cloud aws   lists other types' : `offered: ${elsewhere.join(', ')}`;
  const hint = elsewhere.length === 0 ? 'another region (--region) or type (--instance-type)' : 'leave out --zone, or name one of these';
  if (plan.typeNamedByUser) return invalidInput(`AWS does not offer ${names.join(', ')} in ${where}`, hint, detail);
  return new LabError({ kind: 'capacity', summary: `AWS offers none of ${names.join(', ')} in ${where}`, hint, detail, retryable: false });
}

/** The same zone for the same text, whatever the order of the zones. */
function spread(zones: readonly string[], by: string): string {
  const number = createHash('sha256').update(by).digest().readUInt32BE(0);
  return [...zones].sort()[number % zones.length] ?? '';
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
  throw invalidInput(`AWS has no instance type "${type}" in this region${didYouMean(type, known)}`, 'labtui sizes --cloud aws');
}
