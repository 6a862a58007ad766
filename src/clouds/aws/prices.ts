import type { ListedPrice } from '../../core/prices.ts';

/** Names of what is billed beside the machine; instance types are named by themselves. */
export const publicIpv4 = 'public ipv4';

const guide = 'GitHub aws/agent-toolkit-for-aws, aws-billing-and-cost-management/references/ebs-optimization.md: us-east-1 "as of early 2026"';

/**
 * List prices that labtui brings. Without a source that names its day there is none: magnetic disks (`standard`), and what gp3 asks for
 * IOPS and throughput above those in its price.
 */
export const awsPrices: readonly ListedPrice[] = [
  { part: 'disks', item: 'gp3', amount: 0.08, currency: 'USD', unit: 'GB-month', region: 'us-east-1', date: '2026-01-01', source: guide },
  { part: 'disks', item: 'io2', amount: 0.125, currency: 'USD', unit: 'GB-month', region: 'us-east-1', date: '2026-01-01', source: guide },
  { part: 'disks', item: 'io2 iops', amount: 0.065, currency: 'USD', unit: 'IOPS-month', region: 'us-east-1', date: '2026-01-01', source: guide },
  {
    part: 'addresses',
    item: publicIpv4,
    amount: 0.005,
    currency: 'USD',
    unit: 'hour',
    // The same everywhere since it is charged: AWS News Blog, New AWS public IPv4 address charge.
    region: null,
    date: '2026-11-20',
    source: "labtui's facts of 2026-11-20: AWS adds about 0.005 USD an hour for each public IPv4 address",
  },
];
