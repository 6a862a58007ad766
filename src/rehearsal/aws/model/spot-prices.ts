import { createHash } from 'node:crypto';
import type { Catalogue } from '../../engine/catalogue.ts';
import { findType } from './instance-types.ts';

const hourMs = 3_600_000;
/** EC2 changes a spot price every few hours at most. */
const everyMs = 6 * hourMs;

/** List price where the catalogue has one, else a guess by size. */
export function onDemandPrice(catalogue: Catalogue, type: string): number {
  const known = findType(catalogue, type);
  return known?.hourlyPrice ?? 0.0125 * (known?.vcpu ?? 2) + 0.004 * (known?.memoryGb ?? 4);
}

/** The simulated spot price in USD an hour: a third of the list price, a little different by zone and quarter of a day. */
export function spotPrice(catalogue: Catalogue, type: string, zone: string, atMs: number): number {
  const digest = createHash('sha256').update(`${zone} ${type} ${Math.floor(atMs / everyMs)}`).digest();
  return Number((onDemandPrice(catalogue, type) * (0.3 + (digest.readUInt16BE(0) / 65_536) * 0.12)).toFixed(6));
}

/** Start of the quarter of a day that a price holds in. */
export function priceSince(atMs: number): number {
  return Math.floor(atMs / everyMs) * everyMs;
}

/** Starts of the prices between two times, the newest first; the one that held at the beginning included. */
export function priceChanges(fromMs: number, toMs: number, most = 400): readonly number[] {
  const changes: number[] = [];
  for (let at = priceSince(toMs); changes.length < most && at > fromMs - everyMs; at -= everyMs) changes.push(at);
  return changes;
}
