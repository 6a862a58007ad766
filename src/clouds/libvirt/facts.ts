import type { CloudFacts } from '../../core/clouds.ts';
import { ownHostInstanceTypes, ownHostTypePattern } from '../local/instance-types.ts';

/** A host of one's own, over its libvirt URI. Image files are those of `local`. */
export const libvirtFacts: CloudFacts = {
  id: 'libvirt',
  title: 'libvirt',
  capabilities: {
    apply: false,
    spot: false,
    arm64: true,
    defaultNetwork: true,
    consoleLog: true,
    nativeTtl: false,
    stopStart: true,
    shutdownDeletes: false,
    snapshots: true,
    diskTypes: ['ssd'],
    // A seed image of labtui's own: the limit is only a guard.
    userDataBytes: 1_048_576,
  },
  images: { form: 'url', entriesOf: 'local' },
  defaultRegion: null,
  regionsDate: '2026-11-20',
  regions: [],
  instanceTypes: ownHostInstanceTypes,
  machinePriceSource: "a machine on a host of one's own",
  prices: [],
  instanceTypePattern: ownHostTypePattern,
};
