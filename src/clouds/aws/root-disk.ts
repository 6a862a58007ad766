import { invalidInput } from '../../core/errors.ts';
import type { PinnedStack } from '../../core/plan.ts';

/** A root volume in EC2's words. */
export interface RootDisk {
  readonly volumeType: 'gp3' | 'io2' | 'standard';
  readonly volumeSize: number;
  readonly iops?: number;
  readonly throughput?: number;
}

/** IOPS of a provisioned-iops disk whose profile names none. */
const defaultProvisionedIops = 3_000;

/** Amazon EBS volume types, user guide: gp3 and io2 Block Express; iops per GiB is the ceiling by size. */
const limits = {
  gp3: { minGb: 1, maxGb: 65_536, minIops: 3_000, maxIops: 80_000, iopsPerGb: 500 },
  io2: { minGb: 4, maxGb: 65_536, minIops: 100, maxIops: 256_000, iopsPerGb: 1_000 },
} as const;
const gp3Throughput = { minMibps: 125, maxMibps: 2_000, iopsPerMibps: 4 } as const;
const magneticMaxGb = 1_024;

/**
 * The profile's disk as an EBS volume: ssd is gp3, provisioned-iops is io2, standard is magnetic.
 * Throws invalid-input for a combination that EC2 would refuse.
 */
export function rootDisk(disk: PinnedStack['disk']): RootDisk {
  switch (disk.type) {
    case 'ssd': {
      checkIops('gp3', disk.sizeGb, disk.iops);
      checkThroughput(disk.iops ?? limits.gp3.minIops, disk.throughput);
      return {
        volumeType: 'gp3',
        volumeSize: disk.sizeGb,
        ...(disk.iops === null ? {} : { iops: disk.iops }),
        ...(disk.throughput === null ? {} : { throughput: disk.throughput }),
      };
    }
    case 'provisioned-iops': {
      if (disk.throughput !== null) {
        throw invalidInput('disk.throughput does not go with disk.type provisioned-iops', 'leave it out, or use disk.type ssd');
      }
      const iops = disk.iops ?? defaultProvisionedIops;
      checkIops('io2', disk.sizeGb, iops);
      return { volumeType: 'io2', volumeSize: disk.sizeGb, iops };
    }
    case 'standard': {
      const field = disk.iops !== null ? 'iops' : disk.throughput !== null ? 'throughput' : null;
      if (field !== null) {
        throw invalidInput(`disk.${field} does not go with disk.type standard`, 'leave it out, or use disk.type ssd');
      }
      if (disk.sizeGb > magneticMaxGb) {
        throw invalidInput(`disk.type standard has at most ${magneticMaxGb} GB on AWS, not ${disk.sizeGb}`, 'use disk.type ssd');
      }
      return { volumeType: 'standard', volumeSize: disk.sizeGb };
    }
  }
}

function checkIops(volume: 'gp3' | 'io2', sizeGb: number, iops: number | null): void {
  const { minGb, maxGb, minIops, maxIops, iopsPerGb } = limits[volume];
  if (sizeGb < minGb || sizeGb > maxGb) {
    throw invalidInput(`a ${volume} disk has ${minGb} to ${maxGb} GB, not ${sizeGb}`, 'change disk.sizeGb');
  }
  if (iops === null) return;
  const most = Math.min(maxIops, Math.max(minIops, sizeGb * iopsPerGb));
  if (iops < minIops || iops > most) {
    throw invalidInput(
      `disk.iops of a ${sizeGb} GB ${volume} disk goes from ${minIops} to ${most}, not ${iops}`,
      iops > most ? `give disk.sizeGb at least ${Math.ceil(iops / iopsPerGb)}, or fewer iops` : `give at least ${minIops}`,
    );
  }
}

function checkThroughput(iops: number, mibps: number | null): void {
  if (mibps === null) return;
  const { minMibps, maxMibps, iopsPerMibps } = gp3Throughput;
  if (mibps < minMibps || mibps > maxMibps) {
    throw invalidInput(`disk.throughput goes from ${minMibps} to ${maxMibps} MiB/s, not ${mibps}`, 'change disk.throughput');
  }
  if (mibps * iopsPerMibps > iops) {
    throw invalidInput(
      `a disk with ${iops} iops has at most ${Math.floor(iops / iopsPerMibps)} MiB/s, not ${mibps}`,
      `give disk.iops at least ${mibps * iopsPerMibps}`,
    );
  }
}
