import type { CloudFacts } from '../../core/clouds.ts';
import { hetznerInstanceTypes } from './instance-types.ts';
import { hetznerRegions } from './regions.ts';

/** Hetzner Cloud servers. */
export const hetznerFacts: CloudFacts = {
  id: 'hetzner',
  title: 'Hetzner Cloud',
  capabilities: {
    apply: false,
    spot: false,
    arm64: true,
    defaultNetwork: true,
    consoleLog: false,
    nativeTtl: false,
    // A stopped server is still billed.
    stopStart: true,
    stopIsBilled: true,
    shutdownDeletes: false,
    snapshots: true,
    diskTypes: ['ssd'],
    // 32 KiB.
    userDataBytes: 32_768,
  },
  images: { form: 'slug', login: 'root' },
  defaultRegion: 'nbg1',
  regionsDate: '2026-11-20',
  regions: hetznerRegions,
  instanceTypes: hetznerInstanceTypes,
  machinePriceSource: 'public price lists, 2026-09-03',
  prices: [
    { part: 'addresses', item: 'public ipv4', amount: 0.0008, currency: 'EUR', unit: 'hour', region: null, date: '2026-09-03', source: "0.50 a month, by the month of 624 hours that Hetzner's own price pairs show" },
  ],
  instanceTypePattern: /^(?:cx|cpx|cax|ccx)\d{2}$/,
};
