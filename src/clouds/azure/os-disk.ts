import { invalidInput } from '../../core/errors.ts';
import type { PinnedStack } from '../../core/plan.ts';

/** A root disk in Azure's words. */
export interface OsDisk {
  readonly storageAccountType: 'Premium_LRS' | 'StandardSSD_LRS' | 'Standard_LRS';
  readonly diskSizeGb: number;
}

/** Managed disks, documentation: the largest that a machine starts from. */
const largestGb = 4_095;

/**
 * The profile's disk as an Azure OS disk: ssd is Premium SSD where the size takes it, else Standard SSD; standard is Standard HDD.
 * Throws invalid-input for what Azure has no root disk for.
 */
export function osDisk(disk: PinnedStack['disk'], instanceType: string): OsDisk {
  const field = disk.iops !== null ? 'iops' : disk.throughput !== null ? 'throughput' : null;
  if (field !== null) {
    throw invalidInput(`disk.${field} cannot be chosen on Azure: a root disk is as fast as its size`, 'leave it out; a larger disk.sizeGb is faster');
  }
  if (disk.sizeGb > largestGb) {
    throw invalidInput(`a root disk on Azure has at most ${largestGb} GB, not ${disk.sizeGb}`, 'change disk.sizeGb');
  }
  return { storageAccountType: storageAccountType(disk.type, instanceType), diskSizeGb: disk.sizeGb };
}

function storageAccountType(type: PinnedStack['disk']['type'], instanceType: string): OsDisk['storageAccountType'] {
  switch (type) {
    case 'ssd':
      return hasPremiumStorage(instanceType) ? 'Premium_LRS' : 'StandardSSD_LRS';
    case 'standard':
      return 'Standard_LRS';
    case 'provisioned-iops':
      // Premium SSD v2 and Ultra disks can only be data disks.
      throw invalidInput('Azure has no root disk with provisioned IOPS', 'disk.type: ssd');
  }
}

/**
 * Whether a size takes Premium SSD, which its name says: a small `s` behind the number of vCPUs (Azure's naming convention),
 * in the oldest series a capital one before it (DS, GS).
 */
export function hasPremiumStorage(instanceType: string): boolean {
  return /^Standard_(?:[DG]S\d|[A-Z]+\d+(?:-\d+)?[a-z]*s[a-z]*(?:_|$))/.test(instanceType);
}
