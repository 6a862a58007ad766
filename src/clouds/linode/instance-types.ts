import type { InstanceType } from '../../core/clouds.ts';

/**
 * Instance types for the tiers, cheapest first within each. Some regions cost more; the day of the price list is not known. There are no arm64
 * plans.
 */
export const linodeInstanceTypes: readonly InstanceType[] = [
  { type: 'g6-standard-2', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.036, currency: 'USD', priceRegion: 'us-east', priceDate: null, rank: 1, tiers: ['small', 'lab'], confidence: 'high' },
  { type: 'g6-dedicated-2', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.054, currency: 'USD', priceRegion: 'us-east', priceDate: null, rank: 2, tiers: ['small', 'lab'], confidence: 'medium', notes: 'figures scaled from g6-dedicated-16' },
  { type: 'g8-dedicated-4-2', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: null, currency: 'USD', priceRegion: 'us-east', priceDate: null, rank: 3, tiers: ['small', 'lab'], confidence: 'medium', notes: 'newer generation: name is ram-vcpu; price unknown' },
  { type: 'g6-standard-4', arch: 'amd64', vcpu: 4, memoryGb: 8, hourlyPrice: 0.072, currency: 'USD', priceRegion: 'us-east', priceDate: null, rank: 1, tiers: ['medium'], confidence: 'high' },
  { type: 'g6-dedicated-4', arch: 'amd64', vcpu: 4, memoryGb: 8, hourlyPrice: 0.108, currency: 'USD', priceRegion: 'us-east', priceDate: null, rank: 2, tiers: ['medium'], confidence: 'medium', notes: 'figures scaled from another plan of the family' },
  { type: 'g8-dedicated-8-4', arch: 'amd64', vcpu: 4, memoryGb: 8, hourlyPrice: null, currency: 'USD', priceRegion: 'us-east', priceDate: null, rank: 3, tiers: ['medium'], confidence: 'medium' },
  { type: 'g6-standard-6', arch: 'amd64', vcpu: 6, memoryGb: 16, hourlyPrice: 0.144, currency: 'USD', priceRegion: 'us-east', priceDate: null, rank: 1, tiers: ['medium'], confidence: 'medium', notes: '6 vCPU / 16 GB; no shared 8/16 plan' },
  { type: 'g6-dedicated-8', arch: 'amd64', vcpu: 8, memoryGb: 16, hourlyPrice: 0.216, currency: 'USD', priceRegion: 'us-east', priceDate: null, rank: 2, tiers: ['large'], confidence: 'medium', notes: 'figures scaled from another plan of the family' },
  { type: 'g6-standard-8', arch: 'amd64', vcpu: 8, memoryGb: 32, hourlyPrice: 0.288, currency: 'USD', priceRegion: 'us-east', priceDate: null, rank: 3, tiers: ['large'], confidence: 'medium', notes: 'figures scaled from another plan of the family' },
];
