import type { Region } from '../../core/clouds.ts';

/**
 * Regions as collected on 2026-11-20 from public sources, in the order of their ids; coordinates are city level. Newer regions are missing.
 * Left out: mem1 and mkc1 (GPU or new sites, cities only guessed from the code).
 */
export const digitaloceanRegions: readonly Region[] = [
  { id: 'ams3', name: 'Amsterdam 3', city: 'Amsterdam', country: 'NL', lat: 52.37, lon: 4.9, usable: true, optIn: false, latencyHosts: ['ams3.digitaloceanspaces.com'] },
  { id: 'atl1', name: 'Atlanta 1', city: 'Atlanta', country: 'US', lat: 33.75, lon: -84.39, usable: true, optIn: false, latencyHosts: ['atl1.digitaloceanspaces.com'] },
  { id: 'blr1', name: 'Bangalore 1', city: 'Bangalore', country: 'IN', lat: 12.97, lon: 77.59, usable: true, optIn: false, latencyHosts: ['blr1.digitaloceanspaces.com'] },
  { id: 'fra1', name: 'Frankfurt 1', city: 'Frankfurt', country: 'DE', lat: 50.11, lon: 8.68, usable: true, optIn: false, latencyHosts: ['fra1.digitaloceanspaces.com'] },
  { id: 'lon1', name: 'London 1', city: 'London', country: 'GB', lat: 51.51, lon: -0.13, usable: true, optIn: false, latencyHosts: ['lon1.digitaloceanspaces.com'] },
  { id: 'nyc1', name: 'New York 1', city: 'New York', country: 'US', lat: 40.71, lon: -74.01, usable: true, optIn: false, latencyHosts: [] },
  { id: 'nyc2', name: 'New York 2', city: 'New York', country: 'US', lat: 40.71, lon: -74.01, usable: true, optIn: false, latencyHosts: [], notes: 'closed to new customers in part' },
  { id: 'nyc3', name: 'New York 3', city: 'New York', country: 'US', lat: 40.71, lon: -74.01, usable: true, optIn: false, latencyHosts: ['nyc3.digitaloceanspaces.com'] },
  { id: 'ric1', name: 'Richmond 1', city: 'Richmond (Virginia)', country: 'US', lat: 37.54, lon: -77.44, usable: false, optIn: false, latencyHosts: [], notes: 'GPU or new site; city guessed from the code' },
  { id: 'sfo2', name: 'San Francisco 2', city: 'San Francisco', country: 'US', lat: 37.77, lon: -122.42, usable: true, optIn: false, latencyHosts: ['sfo2.digitaloceanspaces.com'], notes: 'closed to new customers in part' },
  { id: 'sfo3', name: 'San Francisco 3', city: 'San Francisco', country: 'US', lat: 37.77, lon: -122.42, usable: true, optIn: false, latencyHosts: ['sfo3.digitaloceanspaces.com'] },
  { id: 'sgp1', name: 'Singapore 1', city: 'Singapore', country: 'SG', lat: 1.35, lon: 103.82, usable: true, optIn: false, latencyHosts: ['sgp1.digitaloceanspaces.com'] },
  { id: 'syd1', name: 'Sydney 1', city: 'Sydney', country: 'AU', lat: -33.87, lon: 151.21, usable: true, optIn: false, latencyHosts: ['syd1.digitaloceanspaces.com'] },
  { id: 'tor1', name: 'Toronto 1', city: 'Toronto', country: 'CA', lat: 43.65, lon: -79.38, usable: true, optIn: false, latencyHosts: ['tor1.digitaloceanspaces.com'] },
];
