import type { CloudFacts } from '../../core/clouds.ts';
import { gcpInstanceTypes } from './instance-types.ts';
import { gcpPrices } from './prices.ts';
import { gcpRegions } from './regions.ts';

/** Google Compute Engine. */
export const gcpFacts: CloudFacts = {
  id: 'gcp',
  title: 'Google Cloud',
  capabilities: {
    apply: true,
    spot: true,
    arm64: true,
    defaultNetwork: true,
    consoleLog: true,
    // scheduling.max_run_duration and termination_time, also for standard machines.
    nativeTtl: true,
    deadlineMoves: false,
    publishesHostKeys: true,
    stopStart: true,
    // Compute Engine forgets the deadline of a machine that is stopped (clouds/gcp/scheduling.ts).
    deadlineHoldsStopped: false,
    shutdownDeletes: false,
    snapshots: true,
    // provisioned-iops is a Hyperdisk, standard a pd-standard: boot-disk.ts knows which machine series take them.
    diskTypes: ['ssd', 'standard', 'provisioned-iops'],
    // One metadata value: 256 KB.
    userDataBytes: 262_144,
  },
  images: { form: 'family', login: 'any' },
  defaultRegion: 'us-central1',
  regionsDate: '2026-11-20',
  regions: gcpRegions,
  instanceTypes: gcpInstanceTypes,
  machinePriceSource: 'GitHub cloudpilot-ai/karpenter-provider-gcp, initial-prices.json, second half of 2026',
  prices: gcpPrices,
  // e2-medium, n4d-highcpu-2, c3-standard-4-lssd, a2-highgpu-1g, n2-custom-4-8192-ext, e2-custom-medium-2048, custom-2-15360-ext
  instanceTypePattern: /^(?:[a-z]{1,3}\d[a-z]{0,2}-[a-z]+(?:-\d+[a-z]*)*(?:-[a-z]+)?|e2-custom-(?:micro|small|medium)-\d+|custom-\d+-\d+(?:-ext)?)$/,
};
