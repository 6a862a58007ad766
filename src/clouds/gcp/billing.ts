import type { BilledStack } from '../../core/cloud.ts';
import type { BilledItem } from '../../core/cost.ts';
import { onSpot } from '../../core/prices.ts';
import { type BootDisk, bootDisk } from './boot-disk.ts';
import { publicIpv4 } from './prices.ts';

/** In the price of every Hyperdisk Balanced. */
const included = { iops: 3_000, mibps: 140 } as const;

/** What Compute Engine bills one machine of a stack for. Throws invalid-input as the stack does for a disk that cannot be. */
export function billedItems({ instanceType, spot, disk }: BilledStack): readonly BilledItem[] {
  const machine = { part: 'machines', unit: 'hour', quantity: 1 } as const;
  const address = { part: 'addresses', unit: 'hour', quantity: 1 } as const;
  return [
    spot.enabled ? { ...machine, item: onSpot(instanceType), atMost: instanceType } : { ...machine, item: instanceType },
    ...diskItems(bootDisk(disk, instanceType)),
    spot.enabled ? { ...address, item: onSpot(publicIpv4), atMost: publicIpv4 } : { ...address, item: publicIpv4 },
  ];
}

function diskItems(disk: BootDisk): readonly BilledItem[] {
  const capacity: BilledItem = { part: 'disks', item: disk.type, unit: 'GB-month', quantity: disk.sizeGb };
  if (disk.type !== 'hyperdisk-balanced') return [capacity];
  const { iops, mibps } = performanceOf(disk);
  const more: readonly BilledItem[] = [
    { part: 'disks', item: `${disk.type} iops`, unit: 'IOPS-month', quantity: iops - included.iops },
    { part: 'disks', item: `${disk.type} throughput`, unit: 'MiB/s-month', quantity: mibps - included.mibps },
  ];
  return [capacity, ...more.filter(({ quantity }) => quantity > 0)];
}

/** What was asked for, else what a Hyperdisk Balanced of that size has by itself (Compute Engine's documentation). */
function performanceOf({ sizeGb, iops, throughput }: BootDisk): { readonly iops: number; readonly mibps: number } {
  const above = Math.max(0, sizeGb - 6);
  return { iops: iops ?? Math.min(3_000 + above * 6, 3_600), mibps: throughput ?? Math.min(Math.floor(140 + above * 1.5), 290) };
}
