import type { CloudFacts } from '../../core/clouds.ts';
import { ownHostInstanceTypes, ownHostTypePattern } from './instance-types.ts';

/** A virtual machine on this computer, by QEMU. The other architecture runs emulated. */
export const localFacts: CloudFacts = {
  id: 'local',
  title: 'this computer (QEMU)',
  capabilities: {
    apply: true,
    spot: false,
    arm64: true,
    defaultNetwork: true,
    consoleLog: true,
    consoleIsLive: true,
    onThisComputer: true,
    // Each machine's watchdog, the parent of its QEMU.
    nativeTtl: true,
    stopStart: true,
    // The watchdog is there as long as QEMU is; of a machine that is off only the disk is kept.
    deadlineHoldsStopped: false,
    shutdownDeletes: false,
    snapshots: true,
    diskTypes: ['ssd'],
    // A file that only its owner may read, as encrypted as the disk that it is on.
    encryptsDisks: false,
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
