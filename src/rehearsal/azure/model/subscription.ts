import { CloudError } from '../../engine/cloud-error.ts';

/** Simulated, and recognisable as such. Any other subscription id works as well. */
export const simulatedSubscription = '00000000-0000-4000-8000-000000000001';
export const simulatedTenant = '00000000-0000-4000-8000-000000000002';
export const simulatedClient = '00000000-0000-4000-8000-000000000003';
export const simulatedPrincipal = '00000000-0000-4000-8000-000000000004';

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export function checkSubscription(subscription: string): void {
  if (uuid.test(subscription)) return;
  throw new CloudError('InvalidSubscriptionId', `The provided subscription identifier '${subscription}' is malformed or invalid.`, { status: 400 });
}

/** 32 hex digits as a UUID that says version 4. */
export function uuidOf(hex: string): string {
  const digits = hex.padStart(32, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
