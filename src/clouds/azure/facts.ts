import type { CloudFacts } from '../../core/clouds.ts';
import { azureInstanceTypes } from './instance-types.ts';
import { azurePrices } from './prices.ts';
import { azureRegions } from './regions.ts';

/** Microsoft Azure. */
export const azureFacts: CloudFacts = {
  id: 'azure',
  title: 'Azure',
  capabilities: {
    apply: true,
    spot: true,
    arm64: true,
    // Azure has no network of its own to fall back on: every machine needs a VNet (contract §4).
    defaultNetwork: false,
    consoleLog: true,
    // The daily shutdown schedule only deallocates and knows no "in N hours".
    nativeTtl: false,
    stopStart: true,
    // Static: it is a resource of its own, billed whether a machine runs or not.
    stopKeepsAddress: true,
    shutdownDeletes: false,
    // "Stopped (allocated)": only the API deallocates, the guest does not (https://learn.microsoft.com/azure/virtual-machines/states-billing).
    stoppedIsBilled: true,
    snapshots: true,
    // Premium SSD v2 and Ultra disks cannot be root disks.
    diskTypes: ['ssd', 'standard'],
    // Custom data, before base64 encoding: the documented length of the decoded array.
    userDataBytes: 65_535,
  },
  images: { form: 'offer', login: 'any' },
  defaultRegion: 'eastus',
  regionsDate: '2026-11-20',
  regions: azureRegions,
  instanceTypes: azureInstanceTypes,
  machinePriceSource: 'GitHub Azure/karpenter-provider-azure, zz_generated.pricing.go, generated 2026-06-18',
  prices: azurePrices,
  // Standard_B2als_v2, Standard_E64-16s_v3, Standard_NC24ads_A100_v4
  instanceTypePattern: /^(?:Standard|Basic)_[A-Z]+\d+(?:-\d+)?[a-z]*(?:_[A-Za-z0-9]+)*$/,
};
