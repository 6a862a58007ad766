import type { InstanceType } from '../../core/clouds.ts';

/**
 * Instance types for the tiers, cheapest first within each. Prices are the same in all regions; the day of the price list is not known. There are
 * no arm64 droplets.
 */
export const digitaloceanInstanceTypes: readonly InstanceType[] = [
  { type: 's-2vcpu-4gb', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.03571, currency: 'USD', priceRegion: null, priceDate: null, rank: 1, tiers: ['small', 'lab'], confidence: 'high' },
  { type: 's-4vcpu-8gb', arch: 'amd64', vcpu: 4, memoryGb: 8, hourlyPrice: 0.07143, currency: 'USD', priceRegion: null, priceDate: null, rank: 1, tiers: ['medium'], confidence: 'high' },
  { type: 'c-4', arch: 'amd64', vcpu: 4, memoryGb: 8, hourlyPrice: 0.125, currency: 'USD', priceRegion: null, priceDate: null, rank: 2, tiers: ['medium'], confidence: 'low', notes: 'dedicated; tables disagree (0.12 to 0.125)' },
  { type: 's-8vcpu-16gb', arch: 'amd64', vcpu: 8, memoryGb: 16, hourlyPrice: 0.14286, currency: 'USD', priceRegion: null, priceDate: null, rank: 1, tiers: ['large'], confidence: 'medium', notes: 'slug not in the size list seen' },
  { type: 'c-8', arch: 'amd64', vcpu: 8, memoryGb: 16, hourlyPrice: 0.25, currency: 'USD', priceRegion: null, priceDate: null, rank: 2, tiers: ['large'], confidence: 'low', notes: 'dedicated; price doubled from c-4, not looked up' },
];
