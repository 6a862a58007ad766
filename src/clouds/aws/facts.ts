import type { CloudFacts } from '../../core/clouds.ts';
import { awsInstanceTypes } from './instance-types.ts';
import { awsPrices } from './prices.ts';
import { awsRegions } from './regions.ts';

/** Amazon EC2. */
export const awsFacts: CloudFacts = {
  id: 'aws',
  title: 'AWS',
  capabilities: {
    apply: true,
    spot: true,
    arm64: true,
    defaultNetwork: true,
    consoleLog: true,
    // A machine ends itself by terminate-on-shutdown; EC2 has no deadline of its own.
    nativeTtl: false,
    stopStart: true,
    // Only the machines of persistent spot requests stop; labtui's are one-time (EC2 user guide, Stop a Spot Instance).
    stopsSpot: false,
    shutdownDeletes: true,
    snapshots: true,
    diskTypes: ['ssd', 'standard', 'provisioned-iops'],
    // Before base64 encoding: EC2's documented limit of 16 KB.
    userDataBytes: 16_384,
  },
  images: { form: 'owner' },
  defaultRegion: 'us-east-1',
  regionsDate: '2026-11-20',
  regions: awsRegions,
  instanceTypes: awsInstanceTypes,
  machinePriceSource: 'GitHub aws/karpenter-provider-aws, zz_generated.pricing_aws.go, generated 2026-01-19',
  prices: awsPrices,
  // t3a.medium, c7i-flex.large, u-6tb1.112xlarge, mac2-m2pro.metal, m7i.metal-24xl
  instanceTypePattern: /^[a-z]+-?\d[a-z0-9-]*\.(?:nano|micro|small|medium|large|\d*xlarge|metal(?:-\d+xl)?)$/,
};
