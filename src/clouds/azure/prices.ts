import type { ListedPrice } from '../../core/prices.ts';

/** Name of a Standard address; a disk is named by its step, a size by itself. */
export const publicIpv4 = 'public ipv4';

const api = 'Azure Retail Prices API';

/**
 * List prices that labtui brings, as others read and published them. Steps of disks that are not here have none: a source that names
 * price, region and day was not found.
 */
export const azurePrices: readonly ListedPrice[] = [
  { part: 'disks', item: 'P4', amount: 5.2795, currency: 'USD', unit: 'month', region: 'eastus', date: '2026-10-03', source: `${api}, P4 LRS Disk, meter 5101ea73-2a5b-4120-b00e-30c13185e5a5` },
  { part: 'disks', item: 'P6', amount: 9.2801, currency: 'USD', unit: 'month', region: 'eastus2', date: '2026-10-03', source: `${api}, P6 LRS Disk` },
  { part: 'disks', item: 'E4', amount: 2.4, currency: 'USD', unit: 'month', region: 'eastus', date: '2026-10-16', source: `${api}; GitHub wiki ChiefGyk3D/Clouds-Against-Humanity, Provider-Azure-Cost-Lesson` },
  {
    part: 'addresses',
    item: publicIpv4,
    amount: 0.005,
    currency: 'USD',
    unit: 'hour',
    region: 'eastus',
    date: '2026-10-03',
    source: `${api}, Standard IPv4 Static Public IP, meter 9c150bf9-2bad-430e-a53c-c213804f49ef`,
  },
];
