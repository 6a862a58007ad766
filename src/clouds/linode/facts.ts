import type { CloudFacts } from '../../core/clouds.ts';
import { linodeInstanceTypes } from './instance-types.ts';
import { linodeRegions } from './regions.ts';

/** Akamai Linode compute instances. */
export const linodeFacts: CloudFacts = {
  id: 'linode',
  title: 'Linode (Akamai)',
  capabilities: {
    apply: false,
    spot: false,
    arm64: false,
    defaultNetwork: true,
    // Lish is interactive only.
    consoleLog: false,
    nativeTtl: false,
    // A stopped instance is still billed.
    stopStart: true,
    stopIsBilled: true,
    shutdownDeletes: false,
    // Snapshots belong to the paid backup service; images of disks are not the same.
    snapshots: false,
    diskTypes: ['ssd'],
    // Metadata user data: 16 KiB once decoded.
    userDataBytes: 16_384,
  },
  images: { form: 'slug', login: 'root' },
  defaultRegion: 'us-east',
  regionsDate: '2026-11-20',
  regions: linodeRegions,
  instanceTypes: linodeInstanceTypes,
  machinePriceSource: 'public price lists, day not known',
  prices: [],
  // g6-standard-2, g6-nanode-1, g8-dedicated-4-2, g1-gpu-rtx6000-1
  instanceTypePattern: /^g\d+-[a-z]+(?:-[a-z0-9]+)+$/,
};
