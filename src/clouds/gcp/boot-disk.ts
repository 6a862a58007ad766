import { invalidInput } from '../../core/errors.ts';
import type { PlannedDisk } from '../../core/plan.ts';

export type BootDiskType = 'pd-balanced' | 'pd-standard' | 'hyperdisk-balanced';

/** A boot disk in Compute Engine's words. */
export interface BootDisk {
  readonly type: BootDiskType;
  readonly sizeGb: number;
  readonly iops?: number;
  /** MiB/s */
  readonly throughput?: number;
}

type Wanted = Pick<PlannedDisk, 'type' | 'iops' | 'throughput'>;

/** IOPS of a provisioned-iops disk whose profile names none: the price of a hyperdisk includes them. */
const defaultProvisionedIops = 3_000;

/** Compute Engine's documentation of Hyperdisk Balanced and of persistent disks. */
const hyperdisk = { minGb: 4, maxGb: 65_536, minIops: 3_000, maxIops: 160_000, iopsPerGb: 500, minMibps: 140, maxMibps: 2_400, iopsPerMibps: 4, iopsPerLeastMibps: 256 } as const;
const persistent = { minGb: 10, maxGb: 65_536 } as const;

/**
 * The disk types that machines of that type boot from. A series' generation is its digit: since the fourth (n4, c4a) it is
 * Hyperdisk only, the third (c3) takes both but no pd-standard, older ones and custom types persistent disks only.
 */
function typesFor(machineType: string): readonly BootDiskType[] {
  const generation = generationOf(machineType);
  if (generation >= 4) return ['hyperdisk-balanced'];
  if (generation === 3) return ['pd-balanced', 'hyperdisk-balanced'];
  // g2's machines alone of their generation take no magnetic disk.
  return machineType.startsWith('g2-') ? ['pd-balanced'] : ['pd-balanced', 'pd-standard'];
}

function generationOf(machineType: string): number {
  return Number(/^[a-z]{1,3}(\d)/.exec(machineType)?.[1] ?? 1);
}

/** Whether that type's machines have a gVNIC only, for which not every image has a driver. */
export function needsGvnic(machineType: string): boolean {
  return generationOf(machineType) >= 3;
}

/** The type of disk for the profile's wish; null where machines of that type do not take it. */
export function bootDiskType(disk: Wanted, machineType: string): BootDiskType | null {
  const types = typesFor(machineType);
  const performance = disk.type === 'provisioned-iops' || disk.iops !== null || disk.throughput !== null;
  const wishes: readonly BootDiskType[] =
    disk.type === 'standard' ? ['pd-standard'] : performance ? ['hyperdisk-balanced'] : ['pd-balanced', 'hyperdisk-balanced'];
  return wishes.find((type) => types.includes(type)) ?? null;
}

/**
 * The profile's disk as a boot disk: ssd is pd-balanced, or Hyperdisk Balanced where the machine series needs it or the profile
 * asks for iops or throughput; provisioned-iops is Hyperdisk Balanced; standard is pd-standard. All of them are encrypted.
 * Throws invalid-input for a combination that Compute Engine would refuse.
 */
export function bootDisk(disk: Wanted & { readonly sizeGb: number }, machineType: string): BootDisk {
  if (disk.type === 'standard' && disk.throughput !== null) {
    throw invalidInput('disk.throughput does not go with disk.type standard', 'leave it out, or use disk.type ssd');
  }
  const type = bootDiskType(disk, machineType);
  if (type === null) throw wrongSeries(disk, machineType);
  const { minGb, maxGb } = type === 'hyperdisk-balanced' ? hyperdisk : persistent;
  if (disk.sizeGb < minGb || disk.sizeGb > maxGb) {
    throw invalidInput(`a ${type} disk has ${minGb} to ${maxGb} GB, not ${disk.sizeGb}`, 'change disk.sizeGb');
  }
  if (type !== 'hyperdisk-balanced') return { type, sizeGb: disk.sizeGb };
  const iops = disk.iops ?? (disk.type === 'provisioned-iops' ? Math.min(defaultProvisionedIops, disk.sizeGb * hyperdisk.iopsPerGb) : null);
  checkIops(disk.sizeGb, iops);
  checkThroughput(iops ?? hyperdisk.minIops, disk.throughput);
  return {
    type,
    sizeGb: disk.sizeGb,
    ...(iops === null ? {} : { iops }),
    ...(disk.throughput === null ? {} : { throughput: disk.throughput }),
  };
}

function wrongSeries(disk: Wanted, machineType: string) {
  if (disk.type === 'standard') {
    return invalidInput(`${machineType} takes no magnetic disk`, 'disk.type: ssd, or a type such as e2-medium (--instance-type)');
  }
  const field = disk.type === 'provisioned-iops' ? 'disk.type provisioned-iops' : disk.iops !== null ? 'disk.iops' : 'disk.throughput';
  return invalidInput(`${field} needs a Hyperdisk, which ${machineType} does not take`, 'a type such as n4-highcpu-2 or c4a-highcpu-2 (--instance-type), or leave it out');
}

function checkIops(sizeGb: number, iops: number | null): void {
  if (iops === null) return;
  const most = Math.min(hyperdisk.maxIops, sizeGb * hyperdisk.iopsPerGb);
  const least = Math.min(hyperdisk.minIops, most);
  if (iops >= least && iops <= most) return;
  throw invalidInput(
    `disk.iops of a ${sizeGb} GB Hyperdisk goes from ${least} to ${most}, not ${iops}`,
    iops > most && most < hyperdisk.maxIops ? `give disk.sizeGb at least ${Math.ceil(iops / hyperdisk.iopsPerGb)}, or fewer iops` : 'change disk.iops',
  );
}

function checkThroughput(iops: number, mibps: number | null): void {
  if (mibps === null) return;
  const least = Math.max(hyperdisk.minMibps, Math.ceil(iops / hyperdisk.iopsPerLeastMibps));
  const most = Math.min(hyperdisk.maxMibps, Math.floor(iops / hyperdisk.iopsPerMibps));
  if (mibps >= least && mibps <= most) return;
  throw invalidInput(
    `disk.throughput of a Hyperdisk with ${iops} iops goes from ${least} to ${most} MiB/s, not ${mibps}`,
    mibps > most && mibps <= hyperdisk.maxMibps ? `give disk.iops at least ${mibps * hyperdisk.iopsPerMibps}` : 'change disk.throughput',
  );
}
