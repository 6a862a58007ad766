import { createHash } from 'node:crypto';
import type { Catalogue, CatalogueType } from '../../engine/catalogue.ts';
import { zonesOf } from './regions.ts';

const sizes: Readonly<Record<string, number>> = { large: 2, xlarge: 4, '2xlarge': 8, '4xlarge': 16, '8xlarge': 32 };
/** Memory per vCPU in GB: compute, general purpose, memory. EC2's families keep to it. */
const memoryPerVcpu: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };
const families = ['c5', 'c5a', 'c6i', 'c6a', 'c7i', 'c7a', 'c6g', 'c7g', 'm5', 'm5a', 'm6i', 'm6a', 'm7i', 'm7a', 'm6g', 'm7g', 'r5', 'r6i', 'r7i', 'r6g', 'r7g'];
const burstable: Readonly<Record<string, readonly [vcpu: number, memoryGb: number]>> = {
  nano: [2, 0.5],
  micro: [2, 1],
  small: [2, 2],
  medium: [2, 4],
  large: [2, 8],
  xlarge: [4, 16],
  '2xlarge': [8, 32],
};

/** Common types that labtui's own catalogue does not list: people name them themselves. */
const others: readonly CatalogueType[] = [
  ...families.flatMap((family) =>
    Object.entries(sizes).map(([size, vcpu]) => typeOf(family, size, vcpu, vcpu * (memoryPerVcpu[family.charAt(0)] ?? 4))),
  ),
  ...['t3', 't3a', 't4g'].flatMap((family) => Object.entries(burstable).map(([size, [vcpu, memoryGb]]) => typeOf(family, size, vcpu, memoryGb))),
  typeOf('t2', 'micro', 1, 1),
  typeOf('t2', 'small', 1, 2),
  typeOf('t2', 'medium', 2, 4),
];

function typeOf(family: string, size: string, vcpu: number, memoryGb: number): CatalogueType {
  return { type: `${family}.${size}`, arch: /\dg/.test(family) ? 'arm64' : 'amd64', vcpu, memoryGb, hourlyPrice: null };
}

/** Every type of EC2 that is simulated, by name. */
export function instanceTypes(catalogue: Catalogue): ReadonlyMap<string, CatalogueType> {
  const listed = catalogue.clouds.aws?.instanceTypes ?? [];
  return new Map([...others, ...listed].map((type) => [type.type, type]));
}

export function findType(catalogue: Catalogue, name: string): CatalogueType | null {
  return catalogue.clouds.aws?.instanceTypes.find(({ type }) => type === name) ?? others.find(({ type }) => type === name) ?? null;
}

/**
 * The zones of the region that offer a type. As in reality not all of them do; which ones is made up, and always the
 * same. us-east-1e has no type of the last ten years: the one gap that everybody knows.
 */
export function zonesOffering(catalogue: Catalogue, region: string, type: string): readonly string[] {
  const zones = zonesOf(catalogue, region).map(({ name }) => name);
  const open = isOld(type) ? zones : zones.filter((zone) => zone !== 'us-east-1e');
  const number = createHash('sha256').update(`${region} ${type}`).digest().readUInt32BE(0);
  if (type.startsWith('t3.') || open.length < 2 || number % 4 !== 0) return open;
  const without = open[(number >>> 8) % open.length];
  return open.filter((zone) => zone !== without);
}

function isOld(type: string): boolean {
  return /^(?:t2|t1|m[1-4]|c[1-4]|r[34])\./.test(type);
}

/** T types have CPU credits. */
export function isBurstable(type: string): boolean {
  return /^t\d/.test(type);
}

/** Credits of a T type whose launch does not say: T2 is standard, the newer are unlimited (EC2 user guide, "Unlimited mode"). */
export function usualCredits(type: string): 'standard' | 'unlimited' {
  return type.startsWith('t2.') ? 'standard' : 'unlimited';
}

/** Physical cores: Graviton and AMD from generation 7 have one thread each, T2 too. */
export function threadsPerCore({ type, arch, vcpu }: CatalogueType): number {
  return arch === 'arm64' || /^[cmr]7a\./.test(type) || vcpu === 1 ? 1 : 2;
}

/** T2 runs on Xen, all the others that are simulated on Nitro. */
export function isNitro(type: string): boolean {
  return !type.startsWith('t2.');
}

/** Which vCPU quota a type counts against: the families A, C, D, H, I, M, R, T and Z share one. */
export function isStandardBucket(type: string): boolean {
  return /^[acdhimrtz]\d/.test(type);
}
