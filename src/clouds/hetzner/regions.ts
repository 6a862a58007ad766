import type { Region } from '../../core/clouds.ts';

/**
 * Regions as collected on 2026-11-20 from public sources, in the order of their ids; coordinates are city level. Newer regions are missing.
 * The location id (fsn1) is used, not the datacenter (fsn1-dc14), which the API dropped in 2026.
 */
export const hetznerRegions: readonly Region[] = [
  { id: 'ash', name: 'Ashburn, VA (US)', city: 'Ashburn, VA', country: 'US', lat: 39.02, lon: -77.47, usable: true, optIn: false, latencyHosts: ['ash-speed.hetzner.com'] },
  { id: 'fsn1', name: 'Falkenstein (DE)', city: 'Falkenstein', country: 'DE', lat: 50.48, lon: 12.33, usable: true, optIn: false, latencyHosts: ['fsn1-speed.hetzner.com'] },
  { id: 'hel1', name: 'Helsinki (FI)', city: 'Helsinki', country: 'FI', lat: 60.34, lon: 25.03, usable: true, optIn: false, latencyHosts: [] },
  { id: 'hil', name: 'Hillsboro, OR (US)', city: 'Hillsboro, OR', country: 'US', lat: 45.56, lon: -122.93, usable: true, optIn: false, latencyHosts: ['hil-speed.hetzner.com'] },
  { id: 'nbg1', name: 'Nuremberg (DE)', city: 'Nuremberg', country: 'DE', lat: 49.45, lon: 11.01, usable: true, optIn: false, latencyHosts: [] },
  { id: 'sin', name: 'Singapore (SG)', city: 'Singapore', country: 'SG', lat: 1.29, lon: 103.85, usable: true, optIn: false, latencyHosts: [] },
];
