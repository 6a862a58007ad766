import { arches, type InstanceType, type Tier, tierFloor, tiers } from '../../core/clouds.ts';

/** Name of a virtual machine's size on a host of one's own: vCPU by GiB of memory. */
export const ownHostTypePattern = /^vm-[1-9]\d*x[1-9]\d*$/;

const ofTier = (tier: Tier): Pick<InstanceType, 'type' | 'vcpu' | 'memoryGb' | 'tiers'> => {
  const { vcpu, memoryGb } = tierFloor[tier];
  return { type: `vm-${vcpu}x${memoryGb}`, vcpu, memoryGb, tiers: [tier] };
};

/** What a host of one's own is asked for: exactly each tier's floor, on either architecture. No one bills it. */
export const ownHostInstanceTypes: readonly InstanceType[] = arches.flatMap((arch) =>
  tiers.map((tier) => ({
    ...ofTier(tier),
    arch,
    hourlyPrice: 0,
    currency: 'USD',
    priceRegion: null,
    priceDate: null,
    rank: 1,
    confidence: 'high' as const,
  })),
);
