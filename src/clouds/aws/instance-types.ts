import type { InstanceType } from '../../core/clouds.ts';

/**
 * Instance types for the tiers, cheapest first within each. On-demand Linux prices of us-east-1, from a public price table generated on 2026-01-19;
 * sizes from a specification dump of 2026-01-31.
 */
export const awsInstanceTypes: readonly InstanceType[] = [
  { type: 't3a.medium', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0376, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 1, tiers: ['small', 'lab'], confidence: 'high', notes: 'AMD; not in every region or AZ: fall back to t3.medium' },
  { type: 't3.medium', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0416, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 2, tiers: ['small', 'lab'], confidence: 'high', notes: 'available everywhere in the commercial partition' },
  { type: 'c6a.large', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0765, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 3, tiers: ['small', 'lab'], confidence: 'high', notes: 'non-burstable' },
  { type: 'c7i-flex.large', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.08479, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 4, tiers: ['small', 'lab'], confidence: 'high' },
  { type: 'c8i-flex.large', arch: 'amd64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.08902, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 5, tiers: ['small', 'lab'], confidence: 'high' },
  { type: 't4g.medium', arch: 'arm64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0336, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 1, tiers: ['small', 'lab'], confidence: 'high' },
  { type: 'c6g.large', arch: 'arm64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.068, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 2, tiers: ['small', 'lab'], confidence: 'high' },
  { type: 'c7g.large', arch: 'arm64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.0725, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 3, tiers: ['small', 'lab'], confidence: 'high' },
  { type: 'c8g.large', arch: 'arm64', vcpu: 2, memoryGb: 4, hourlyPrice: 0.07976, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 4, tiers: ['small', 'lab'], confidence: 'high', notes: 'current generation' },
  { type: 't3a.xlarge', arch: 'amd64', vcpu: 4, memoryGb: 16, hourlyPrice: 0.1504, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 1, tiers: ['medium'], confidence: 'high', notes: 'cheaper than any 4/8' },
  { type: 'c6a.xlarge', arch: 'amd64', vcpu: 4, memoryGb: 8, hourlyPrice: 0.153, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 2, tiers: ['medium'], confidence: 'high' },
  { type: 't3.xlarge', arch: 'amd64', vcpu: 4, memoryGb: 16, hourlyPrice: 0.1664, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 3, tiers: ['medium'], confidence: 'high' },
  { type: 'c7i-flex.xlarge', arch: 'amd64', vcpu: 4, memoryGb: 8, hourlyPrice: 0.16958, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 4, tiers: ['medium'], confidence: 'high' },
  { type: 'c8i-flex.xlarge', arch: 'amd64', vcpu: 4, memoryGb: 8, hourlyPrice: 0.17804, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 5, tiers: ['medium'], confidence: 'high' },
  { type: 't4g.xlarge', arch: 'arm64', vcpu: 4, memoryGb: 16, hourlyPrice: 0.1344, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 1, tiers: ['medium'], confidence: 'high', notes: 'cheaper than c6g.xlarge' },
  { type: 'c6g.xlarge', arch: 'arm64', vcpu: 4, memoryGb: 8, hourlyPrice: 0.136, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 2, tiers: ['medium'], confidence: 'high' },
  { type: 'c7g.xlarge', arch: 'arm64', vcpu: 4, memoryGb: 8, hourlyPrice: 0.145, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 3, tiers: ['medium'], confidence: 'high' },
  { type: 'c8g.xlarge', arch: 'arm64', vcpu: 4, memoryGb: 8, hourlyPrice: 0.15952, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 4, tiers: ['medium'], confidence: 'high' },
  { type: 'm7g.xlarge', arch: 'arm64', vcpu: 4, memoryGb: 16, hourlyPrice: 0.1632, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 5, tiers: ['medium'], confidence: 'high' },
  { type: 't3a.2xlarge', arch: 'amd64', vcpu: 8, memoryGb: 32, hourlyPrice: 0.3008, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 1, tiers: ['large'], confidence: 'high' },
  { type: 'c6a.2xlarge', arch: 'amd64', vcpu: 8, memoryGb: 16, hourlyPrice: 0.306, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 2, tiers: ['large'], confidence: 'high' },
  { type: 't3.2xlarge', arch: 'amd64', vcpu: 8, memoryGb: 32, hourlyPrice: 0.3328, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 3, tiers: ['large'], confidence: 'high' },
  { type: 'c7i-flex.2xlarge', arch: 'amd64', vcpu: 8, memoryGb: 16, hourlyPrice: 0.33915, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 4, tiers: ['large'], confidence: 'high' },
  { type: 'c8i-flex.2xlarge', arch: 'amd64', vcpu: 8, memoryGb: 16, hourlyPrice: 0.35608, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 5, tiers: ['large'], confidence: 'high' },
  { type: 't4g.2xlarge', arch: 'arm64', vcpu: 8, memoryGb: 32, hourlyPrice: 0.2688, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 1, tiers: ['large'], confidence: 'high' },
  { type: 'c6g.2xlarge', arch: 'arm64', vcpu: 8, memoryGb: 16, hourlyPrice: 0.272, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 2, tiers: ['large'], confidence: 'high' },
  { type: 'c7g.2xlarge', arch: 'arm64', vcpu: 8, memoryGb: 16, hourlyPrice: 0.29, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 3, tiers: ['large'], confidence: 'high' },
  { type: 'c8g.2xlarge', arch: 'arm64', vcpu: 8, memoryGb: 16, hourlyPrice: 0.31904, currency: 'USD', priceRegion: 'us-east-1', priceDate: '2026-01-19', rank: 4, tiers: ['large'], confidence: 'high' },
];
