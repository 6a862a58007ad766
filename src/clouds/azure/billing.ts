import type { BilledStack } from '../../core/cloud.ts';
import type { BilledItem } from '../../core/cost.ts';
import { onSpot } from '../../core/prices.ts';
import { type OsDisk, osDisk } from './os-disk.ts';
import { publicIpv4 } from './prices.ts';

/**
 * Managed disks are billed by the step that they fit into (Microsoft's documentation of managed disk billing); numbers as in the
 * names of the steps, P4 or E4, by the largest size in GB. Standard HDD begins at 32 GB.
 */
const steps = [
  { upToGb: 4, number: 1 },
  { upToGb: 8, number: 2 },
  { upToGb: 16, number: 3 },
  { upToGb: 32, number: 4 },
  { upToGb: 64, number: 6 },
  { upToGb: 128, number: 10 },
  { upToGb: 256, number: 15 },
  { upToGb: 512, number: 20 },
  { upToGb: 1_024, number: 30 },
  { upToGb: 2_048, number: 40 },
  { upToGb: 4_096, number: 50 },
] as const;
const smallestHdd = 4;

const letters = { Premium_LRS: 'P', StandardSSD_LRS: 'E', Standard_LRS: 'S' } as const;

/** What Azure bills one machine of a stack for, without operations on its disk. Throws invalid-input as the stack does for a disk that cannot be. */
export function billedItems({ instanceType, spot, disk }: BilledStack): readonly BilledItem[] {
  const machine = { part: 'machines', unit: 'hour', quantity: 1 } as const;
  return [
    spot.enabled ? { ...machine, item: onSpot(instanceType), atMost: instanceType } : { ...machine, item: instanceType },
    { part: 'disks', item: diskStep(osDisk(disk, instanceType)), unit: 'month', quantity: 1 },
    { part: 'addresses', item: publicIpv4, unit: 'hour', quantity: 1 },
  ];
}

/** `P4`, `E10`: what a disk of that size is billed as. */
export function diskStep({ storageAccountType, diskSizeGb }: OsDisk): string {
  const number = steps.find(({ upToGb }) => diskSizeGb <= upToGb)?.number ?? 50;
  const letter = letters[storageAccountType];
  return `${letter}${letter === 'S' ? Math.max(number, smallestHdd) : number}`;
}
