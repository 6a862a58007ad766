import type { CloudFacts } from '../../core/clouds.ts';
import { ownHostInstanceTypes, ownHostTypePattern } from './instance-types.ts';

/** A virtual machine on this computer, by QEMU. The other architecture runs emulated. */
export const localFacts: CloudFacts = {
  id: 'local',
  title: 'this computer (QEMU)',
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
  images: { form: 'url' },
  defaultRegion: null,
  regionsDate: '2026-11-20',
  regions: [],
  instanceTypes: ownHostInstanceTypes,
  machinePriceSource: 'a machine on this computer',
  prices: [],
  instanceTypePattern: ownHostTypePattern,
};
