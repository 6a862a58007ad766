import { type Arch, arches, type CloudFacts, type InstanceType, type Tier, tierFloor } from './clouds.ts';
import { invalidInput } from './errors.ts';
import { didYouMean } from './suggest.ts';

/** What a choice of instance types needs to know of a cloud. */
export type TypeCatalogue = Pick<CloudFacts, 'id' | 'title' | 'instanceTypes' | 'instanceTypePattern'>;

/**
 * The catalogue's types that give at least the tier's floor, the cheapest first; equal prices by rank, unknown prices last.
 * Throws invalid-input where the cloud has none for that architecture.
 */
export function instanceTypesFor(facts: TypeCatalogue, tier: Tier, arch: Arch): readonly InstanceType[] {
  const floor = tierFloor[tier];
  const fitting = facts.instanceTypes
    .filter((type) => type.arch === arch && isAtLeast(type, floor))
    .toSorted(byPrice);
  if (fitting.length > 0) return fitting;

  const others = arches.filter((other) => facts.instanceTypes.some((type) => type.arch === other));
  if (!others.includes(arch)) {
    throw invalidInput(
      `${facts.title} (${facts.id}) has no ${arch} machines`,
      others[0] === undefined ? 'labtui clouds   shows what each cloud can do' : `--arch ${others[0]}`,
    );
  }
  throw invalidInput(
    `no ${arch} type of ${facts.title} (${facts.id}) gives ${floor.vcpu} vCPU and ${floor.memoryGb} GiB (size ${tier})`,
    `labtui sizes --cloud ${facts.id}`,
  );
}

/**
 * The type that the user named. One that the catalogue does not know, but that is written as this cloud writes them, is taken
 * as it is: size and price are then unknown (null) until the cloud is asked.
 * Throws invalid-input for a name that cannot be one, or a known type of the other architecture.
 */
export function namedInstanceType(facts: TypeCatalogue, name: string, arch: Arch): InstanceType {
  const known = facts.instanceTypes.filter(({ type }) => type === name);
  const match = known.find((type) => type.arch === arch);
  if (match !== undefined) return match;

  const other = known[0];
  if (other !== undefined) {
    const instead = similarTypes(facts, other, arch);
    throw invalidInput(
      `${name} is ${other.arch}, but the profile asks for ${arch}`,
      `--arch ${other.arch}${instead.length > 0 ? `, or an ${arch} type: ${instead.join(', ')}` : ''}`,
    );
  }
  if (!facts.instanceTypePattern.test(name)) {
    const names = [...new Set(facts.instanceTypes.filter((type) => type.arch === arch).map(({ type }) => type))];
    const own = names.length > 0 ? names.slice(0, 8).join(', ') : 'none';
    throw invalidInput(
      `"${name}" is not an instance type of ${facts.title} (${facts.id})${didYouMean(name, names)}`,
      `labtui sizes --cloud ${facts.id}`,
      `a size is small, lab, medium or large, or a type of the cloud's own: ${own}${names.length > 8 ? ', ...' : ''}`,
    );
  }
  return {
    type: name,
    arch,
    vcpu: null,
    memoryGb: null,
    hourlyPrice: null,
    currency: facts.instanceTypes[0]?.currency ?? 'USD',
    priceRegion: null,
    priceDate: null,
    rank: 1,
    tiers: [],
    confidence: 'low',
    notes: 'not in the catalogue',
  };
}

type Capacity = Pick<InstanceType, 'vcpu' | 'memoryGb'>;

function isAtLeast(type: Capacity, floor: Capacity): boolean {
  return (type.vcpu ?? 0) >= (floor.vcpu ?? 0) && (type.memoryGb ?? 0) >= (floor.memoryGb ?? 0);
}

function byPrice(a: InstanceType, b: InstanceType): number {
  if (a.hourlyPrice !== b.hourlyPrice) {
    if (a.hourlyPrice === null) return 1;
    if (b.hourlyPrice === null) return -1;
    return a.hourlyPrice - b.hourlyPrice;
  }
  return a.rank - b.rank || a.type.localeCompare(b.type);
}

function similarTypes(facts: TypeCatalogue, like: InstanceType, arch: Arch): readonly string[] {
  return facts.instanceTypes
    .filter((type) => type.arch === arch && isAtLeast(type, like))
    .toSorted(byPrice)
    .slice(0, 3)
    .map(({ type }) => type);
}
