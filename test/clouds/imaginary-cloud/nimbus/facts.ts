import type { CloudFacts, InstanceType, Region, Tier } from '../../../../src/core/clouds.ts';

const region = (id: string, name: string, lat: number, lon: number): Region => ({
  id,
  name,
  city: name,
  country: 'IS',
  lat,
  lon,
  usable: true,
  optIn: false,
  latencyHosts: [],
});

const type = (name: string, vcpu: number, memoryGb: number, rank: number, tiers: readonly Tier[]): InstanceType => ({
  type: name,
  arch: 'amd64',
  vcpu,
  memoryGb,
  hourlyPrice: vcpu * 0.01,
  currency: 'USD',
  priceRegion: 'cirrus',
  priceDate: '2026-11-20',
  rank,
  tiers,
  confidence: 'high',
});

export const nimbusFacts: CloudFacts = {
  id: 'nimbus',
  title: 'Nimbus',
  capabilities: {
    apply: true,
    spot: false,
    arm64: false,
    defaultNetwork: false,
    consoleLog: true,
    nativeTtl: false,
    stopStart: false,
    shutdownDeletes: false,
    snapshots: false,
    diskTypes: ['ssd'],
    userDataBytes: 65_536,
  },
  images: { form: 'slug' },
  defaultRegion: 'cirrus',
  regionsDate: '2026-11-20',
  regions: [region('cirrus', 'Keflavik', 64, -22.6), region('stratus', 'Akureyri', 65.7, -18.1)],
  instanceTypes: [
    type('cloud-2x2', 2, 2, 1, ['small']),
    type('cloud-2x4', 2, 4, 1, ['lab', 'small']),
    type('cloud-4x8', 4, 8, 1, ['medium']),
    type('cloud-8x16', 8, 16, 1, ['large']),
  ],
  machinePriceSource: 'nobody',
  prices: [],
  instanceTypePattern: /^cloud-\d+x\d+$/,
};
