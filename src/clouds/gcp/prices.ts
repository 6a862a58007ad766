import { type ListedPrice, onSpot } from '../../core/prices.ts';

/** Name of an address; a disk is named by its type, a machine type by itself. */
export const publicIpv4 = 'public ipv4';

const table = 'GitHub Cyclenerd/google-cloud-pricing-cost-calculator, pricing.yml, generated 2025-03-06 from the Cloud Billing Catalog';
const lesson = "Google's network pricing page; GitHub wiki ChiefGyk3D/Clouds-Against-Humanity, Provider-GCP-Cost-Lesson";

/**
 * List prices that labtui brings, as others read and published them. Hyperdisks have none: a source that names price, region and day was
 * not found.
 */
export const gcpPrices: readonly ListedPrice[] = [
  { part: 'disks', item: 'pd-balanced', amount: 0.1, currency: 'USD', unit: 'GB-month', region: 'us-central1', date: '2025-03-06', source: table },
  { part: 'disks', item: 'pd-standard', amount: 0.04, currency: 'USD', unit: 'GB-month', region: 'us-central1', date: '2025-03-06', source: table },
  // The catalogue has one price for the whole world.
  { part: 'addresses', item: publicIpv4, amount: 0.005, currency: 'USD', unit: 'hour', region: null, date: '2026-10-16', source: lesson },
  { part: 'addresses', item: onSpot(publicIpv4), amount: 0.0025, currency: 'USD', unit: 'hour', region: null, date: '2026-10-16', source: lesson },
];
