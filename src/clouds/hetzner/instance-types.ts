import type { InstanceType } from '../../core/clouds.ts';

/**
 * Instance types for the tiers, cheapest first within each. EUR, net, without the IPv4 address; an hour is the monthly price / 624. Read from
 * hetzner.com on 2026-09-03, or worked out from gross prices of 2026-07-23 where the notes say derived.
 */
export const hetznerInstanceTypes: readonly InstanceType[] = [
  { type: 'cx23', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0088, currency: 'EUR', priceRegion: 'fsn1/nbg1/hel1', priceDate: '2026-09-03', rank: 1, tiers: ['small', 'lab'], confidence: 'high', notes: 'EU only; CX and CAX plans were shown as not available for new orders in September 2026' },
  { type: 'cpx22', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0312, currency: 'EUR', priceRegion: 'fsn1/nbg1/hel1', priceDate: '2026-09-03', rank: 2, tiers: ['small', 'lab'], confidence: 'high', notes: 'EU and sin; orderable Sept 2026' },
  { type: 'cpx21', arch: 'amd64', vcpu: 3, memoryGb: 4, hourlyPrice: 0.0513, currency: 'EUR', priceRegion: 'ash/hil', priceDate: '2026-09-03', rank: 3, tiers: ['small', 'lab'], confidence: 'medium', notes: 'old CPX generation, only in ash and hil; 3 vCPU; 37.49 USD a month in another source' },
  { type: 'cax11', arch: 'arm64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0096, currency: 'EUR', priceRegion: 'fsn1/nbg1/hel1', priceDate: '2026-09-03', rank: 1, tiers: ['small', 'lab'], confidence: 'high', notes: 'EU only; CX and CAX plans were shown as not available for new orders in September 2026' },
  { type: 'cx33', arch: 'amd64', vcpu: 4, memoryGb: 8, hourlyPrice: 0.0136, currency: 'EUR', priceRegion: 'fsn1/nbg1/hel1', priceDate: '2026-09-03', rank: 1, tiers: ['medium'], confidence: 'high', notes: 'EU only; CX and CAX plans were shown as not available for new orders in September 2026' },
  { type: 'cpx32', arch: 'amd64', vcpu: 4, memoryGb: 8, hourlyPrice: 0.0569, currency: 'EUR', priceRegion: 'fsn1/nbg1/hel1', priceDate: '2026-07-23', rank: 2, tiers: ['medium'], confidence: 'medium', notes: 'derived from 42.83 gross incl. IPv4' },
  { type: 'cpx31', arch: 'amd64', vcpu: 4, memoryGb: 8, hourlyPrice: null, currency: 'EUR', priceRegion: 'ash/hil', priceDate: null, rank: 3, tiers: ['medium'], confidence: 'low', notes: 'ash/hil; price after June 2026 not found' },
  { type: 'cax21', arch: 'arm64', vcpu: 4, memoryGb: 8, hourlyPrice: 0.0168, currency: 'EUR', priceRegion: 'fsn1/nbg1/hel1', priceDate: '2026-09-03', rank: 1, tiers: ['medium'], confidence: 'high', notes: 'EU only; CX and CAX plans were shown as not available for new orders in September 2026' },
  { type: 'cx43', arch: 'amd64', vcpu: 8, memoryGb: 16, hourlyPrice: 0.0256, currency: 'EUR', priceRegion: 'fsn1/nbg1/hel1', priceDate: '2026-09-03', rank: 1, tiers: ['large'], confidence: 'high', notes: 'EU only; CX and CAX plans were shown as not available for new orders in September 2026' },
  { type: 'cpx42', arch: 'amd64', vcpu: 8, memoryGb: 16, hourlyPrice: 0.1114, currency: 'EUR', priceRegion: 'fsn1/nbg1/hel1', priceDate: '2026-07-23', rank: 2, tiers: ['large'], confidence: 'medium', notes: 'derived from 83.29 gross incl. IPv4' },
  { type: 'cpx41', arch: 'amd64', vcpu: 8, memoryGb: 16, hourlyPrice: null, currency: 'EUR', priceRegion: 'ash/hil', priceDate: null, rank: 3, tiers: ['large'], confidence: 'low', notes: 'ash/hil; price after June 2026 not found' },
  { type: 'cax31', arch: 'arm64', vcpu: 8, memoryGb: 16, hourlyPrice: 0.0336, currency: 'EUR', priceRegion: 'fsn1/nbg1/hel1', priceDate: '2026-09-03', rank: 1, tiers: ['large'], confidence: 'medium', notes: 'EU only; CX and CAX plans were shown as not available for new orders in September 2026; price is the shown 21.49 minus 0.50 for IPv4' },
];
