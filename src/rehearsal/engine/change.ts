import type { CloudId } from '../../core/clouds.ts';
import type { Catalogue } from './catalogue.ts';
import type { ArmedFault } from './fault.ts';
import type { ResourcePatch } from './resource-patch.ts';
import type { SimResource } from './resource.ts';
import type { JournalEntry, Timer, WorldClock } from './world.ts';

/** One step from a world to the next. Plain data; the same changes always make the same world. */
export type Change =
  | { readonly kind: 'put'; readonly resource: SimResource }
  | { readonly kind: 'patch'; readonly cloud: CloudId; readonly id: string; readonly patch: ResourcePatch }
  | { readonly kind: 'remove'; readonly cloud: CloudId; readonly id: string }
  | { readonly kind: 'schedule'; readonly timer: Timer }
  | { readonly kind: 'cancel'; readonly cloud: CloudId; readonly id: string; readonly what: string }
  /** So many ids of that many digits were given. */
  | { readonly kind: 'ids'; readonly digits: number; readonly given: number }
  | { readonly kind: 'faults'; readonly faults: readonly ArmedFault[] }
  | { readonly kind: 'clock'; readonly clock: WorldClock }
  | { readonly kind: 'catalogue'; readonly catalogue: Catalogue };

/** A line of the journal: what was asked, unless it was the world itself that was set, and what it changed. */
export interface WorldRecord {
  /** From 1, without gaps. */
  readonly seq: number;
  readonly entry: JournalEntry | null;
  readonly changes: readonly Change[];
}
