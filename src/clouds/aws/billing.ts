import type { BilledStack } from '../../core/cloud.ts';
import type { BilledItem } from '../../core/cost.ts';
import { onSpot } from '../../core/prices.ts';
import { publicIpv4 } from './prices.ts';
import { type RootDisk, rootDisk } from './root-disk.ts';

/** In the price of every gp3 volume (Amazon EBS volume types, user guide). */
const gp3Included = { iops: 3_000, mibps: 125 } as const;

/** Where the price of one io2 IOPS falls, and how what is above is called. */
const io2Steps = [
  { from: 0, item: 'io2 iops' },
  { from: 32_000, item: 'io2 iops above 32000' },
  { from: 64_000, item: 'io2 iops above 64000' },
] as const;

/** What EC2 bills one machine of a stack for. Throws invalid-input as the stack does for a disk that cannot be. */
export function billedItems({ instanceType, spot, disk }: BilledStack): readonly BilledItem[] {
  const machine = { part: 'machines', unit: 'hour', quantity: 1 } as const;
  return [
    spot.enabled ? { ...machine, item: onSpot(instanceType), atMost: instanceType } : { ...machine, item: instanceType },
    ...volumeItems(rootDisk(disk)),
    { part: 'addresses', item: publicIpv4, unit: 'hour', quantity: 1 },
  ];
}

function volumeItems({ volumeType, volumeSize, iops = 0, throughput = 0 }: RootDisk): readonly BilledItem[] {
  const capacity: BilledItem = { part: 'disks', item: volumeType, unit: 'GB-month', quantity: volumeSize };
  const more: readonly BilledItem[] =
    volumeType === 'gp3'
      ? [
          { part: 'disks', item: 'gp3 iops', unit: 'IOPS-month', quantity: iops - gp3Included.iops },
          { part: 'disks', item: 'gp3 throughput', unit: 'MiB/s-month', quantity: throughput - gp3Included.mibps },
        ]
      : volumeType === 'io2'
        ? io2Steps.map(({ from, item }, step) => ({ part: 'disks', item, unit: 'IOPS-month', quantity: Math.min(iops, io2Steps[step + 1]?.from ?? Infinity) - from }))
        : [];
  return [capacity, ...more.filter(({ quantity }) => quantity > 0)];
}
