import type { Arch } from '../../../core/clouds.ts';
import type { CatalogueType } from '../../engine/catalogue.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { WorldView } from '../../engine/world.ts';
import { selfLink, zonalId } from './names.ts';
import { hasZone, regionOfZone } from './places.ts';

/** `e2` of `e2-standard-2`; `n1` for its old custom types (`custom-2-4096`). */
export const seriesOf = (type: string): string => (/^([a-z]+\d+[a-z]*)-/.exec(type)?.[1] ?? 'n1');

const armSeries = ['t2a', 'c4a', 'n4a'];
const x86Series = ['e2', 'n1', 'n2', 'n2d', 'n4', 'n4d', 'c2', 'c2d', 'c3', 'c3d', 'c4', 'c4d', 't2d'];
/** Their disks are Hyperdisk; persistent disks are refused. */
const hyperdiskOnly = ['n4', 'n4a', 'n4d', 'c4', 'c4a', 'c4d'];
const withHyperdisk = [...hyperdiskOnly, 'c3', 'c3d'];

/** Where the rarer series are; others are taken to be in every zone. Of the regions that Google's documentation names. */
const zonesOfSeries: Readonly<Record<string, readonly string[]>> = {
  t2a: ['us-central1-a', 'us-central1-b', 'us-central1-f', 'europe-west4-a', 'europe-west4-b', 'europe-west4-c', 'asia-southeast1-b', 'asia-southeast1-c'],
};
const regionsOfSeries: Readonly<Record<string, readonly string[]>> = {
  n4a: ['us-central1', 'us-east1', 'us-east4', 'us-west1', 'europe-west1', 'europe-west2', 'europe-west3', 'europe-west4', 'asia-southeast1'],
};

const sharedCore: Readonly<Record<string, readonly [vcpu: number, memoryGb: number]>> = {
  'e2-micro': [2, 1],
  'e2-small': [2, 2],
  'e2-medium': [2, 4],
  'f1-micro': [1, 0.6],
  'g1-small': [1, 1.7],
};

const archOf = (type: string): Arch => (armSeries.includes(seriesOf(type)) ? 'arm64' : 'amd64');

/** Predefined types beyond the catalogue, and custom ones, by their name's rule; null: no such type. */
function typeByName(type: string): CatalogueType | null {
  const shared = sharedCore[type];
  if (shared !== undefined) return { type, arch: 'amd64', vcpu: shared[0], memoryGb: shared[1], hourlyPrice: null };
  // Those that share a core have half a GB to eight.
  const sharing = /^e2-custom-(?:micro|small|medium)-(\d+)$/.exec(type);
  if (sharing !== null) {
    const memoryMb = Number(sharing[1]);
    return memoryMb % 256 === 0 && memoryMb >= 512 && memoryMb <= 8_192 ? { type, arch: 'amd64', vcpu: 2, memoryGb: memoryMb / 1024, hourlyPrice: null } : null;
  }
  const custom = /^(?:(e2|n2|n2d|n4|n4d|n4a)-)?custom-(\d+)-(\d+)(?:-ext)?$/.exec(type);
  if (custom !== null) {
    const vcpu = Number(custom[2]);
    const memoryMb = Number(custom[3]);
    const fits = (vcpu === 1 || vcpu % 2 === 0) && vcpu >= 1 && vcpu <= 96 && memoryMb % 256 === 0 && memoryMb >= vcpu * 512;
    return fits ? { type, arch: archOf(type), vcpu, memoryGb: memoryMb / 1024, hourlyPrice: null } : null;
  }
  const named = /^([a-z]\d[a-z]?)-(standard|highmem|highcpu)-(\d+)$/.exec(type);
  const series = named?.[1] ?? '';
  const vcpu = Number(named?.[3]);
  if (named === null || !(armSeries.includes(series) || x86Series.includes(series)) || ![1, 2, 4, 8, 16, 32, 48, 64, 72, 80, 96].includes(vcpu)) return null;
  if (vcpu === 1 && !['n1', 't2a', 't2d', 'c4a', 'n4a'].includes(series)) return null;
  return { type, arch: archOf(type), vcpu, memoryGb: vcpu * memoryPerCpu(series, named[2] ?? ''), hourlyPrice: null };
}

function memoryPerCpu(series: string, shape: string): number {
  if (shape === 'standard') return series === 'n1' ? 3.75 : 4;
  if (shape === 'highmem') return series === 'n1' ? 6.5 : 8;
  if (series === 'n1') return 0.9;
  return ['e2', 'n2', 'n2d'].includes(series) ? 1 : 2;
}

const offered = (type: string, zone: string): boolean => {
  const series = seriesOf(type);
  return (zonesOfSeries[series]?.includes(zone) ?? true) && (regionsOfSeries[series]?.includes(regionOfZone(zone)) ?? true);
};

/** A machine type in a zone; null: it is not there. */
export function findMachineType(view: WorldView, zone: string, type: string): CatalogueType | null {
  if (!hasZone(view, zone) || !offered(type, zone)) return null;
  return view.catalogue.clouds.gcp?.instanceTypes.find((known) => known.type === type) ?? typeByName(type);
}

/** The predefined types of a zone: those of the catalogue and the shared-core ones. */
export function machineTypesOf(view: WorldView, zone: string): readonly CatalogueType[] {
  const known = view.catalogue.clouds.gcp?.instanceTypes ?? [];
  const shared = Object.keys(sharedCore).filter((type) => !known.some((other) => other.type === type));
  return [...known, ...shared.flatMap((type) => typeByName(type) ?? [])].filter((type) => offered(type.type, zone));
}

/** Whether a disk type can be used with a machine type. */
export function diskFits(diskType: string, machineType: string): boolean {
  const series = seriesOf(machineType);
  return diskType.startsWith('hyperdisk-') ? withHyperdisk.includes(series) : !hyperdiskOnly.includes(series);
}

const platforms: Readonly<Record<string, string>> = {
  e2: 'AMD Rome', n1: 'Intel Haswell', n2: 'Intel Cascade Lake', n2d: 'AMD Milan', n4: 'Intel Emerald Rapids', n4d: 'AMD Turin', n4a: 'Google Axion',
  c2: 'Intel Cascade Lake', c2d: 'AMD Milan', c3: 'Intel Sapphire Rapids', c3d: 'AMD Genoa', c4: 'Intel Granite Rapids', c4a: 'Google Axion',
  c4d: 'AMD Turin', t2a: 'Ampere Altra', t2d: 'AMD Milan',
};

export const cpuPlatformOf = (machineType: string): string => platforms[seriesOf(machineType)] ?? 'Intel Broadwell';

export function machineTypeView(project: string, zone: string, type: CatalogueType): JsonObject {
  return {
    kind: 'compute#machineType',
    id: String(300_000 + type.vcpu * 10),
    name: type.type,
    description: `${type.vcpu} vCPUs, ${type.memoryGb} GB RAM`,
    guestCpus: type.vcpu,
    memoryMb: Math.round(type.memoryGb * 1024),
    architecture: type.arch === 'arm64' ? 'ARM64' : 'X86_64',
    maximumPersistentDisks: 128,
    maximumPersistentDisksSizeGb: '263168',
    isSharedCpu: type.type in sharedCore || /^e2-custom-[a-z]/.test(type.type),
    imageSpaceGb: 0,
    zone,
    selfLink: selfLink(zonalId(project, zone, 'machineTypes', type.type)),
    creationTimestamp: '1969-12-31T16:00:00.000-08:00',
  };
}
