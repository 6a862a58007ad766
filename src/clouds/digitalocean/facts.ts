import type { CloudFacts } from '../../core/clouds.ts';
import { digitaloceanInstanceTypes } from './instance-types.ts';
import { digitaloceanRegions } from './regions.ts';

/** DigitalOcean droplets. */
export const digitaloceanFacts: CloudFacts = {
  id: 'digitalocean',
  title: 'DigitalOcean',
  capabilities: {
    apply: false,
    spot: false,
    arm64: false,
    defaultNetwork: true,
    // The console is a web page only.
    consoleLog: false,
    nativeTtl: false,
    // A stopped droplet is still billed.
    stopStart: true,
    stopIsBilled: true,
    shutdownDeletes: false,
    snapshots: true,
    diskTypes: ['ssd'],
    // 64 KiB.
    userDataBytes: 65_536,
  },
  images: { form: 'slug', login: 'root' },
  defaultRegion: 'nyc3',
  regionsDate: '2026-11-20',
  regions: digitaloceanRegions,
  instanceTypes: digitaloceanInstanceTypes,
  machinePriceSource: 'public price lists, day not known',
  prices: [],
  // s-2vcpu-4gb, s-2vcpu-4gb-amd, c-4, so1_5-2vcpu-16gb, gpu-h100x1-80gb
  instanceTypePattern: /^(?:[a-z]{1,2}\d?(?:_\d)?-\d+(?:vcpu-\d+gb)?(?:-[a-z0-9]+)*|gpu-[a-z0-9-]+)$/,
};
