import type { CloudId } from '../../core/clouds.ts';
import type { Caller, CloudCall } from './call.ts';
import type { Catalogue } from './catalogue.ts';
import type { CloudError } from './cloud-error.ts';
import type { ArmedFault, Effect, Fault, Refusal } from './fault.ts';
import type { JsonObject } from './json.ts';
import type { SimResource } from './resource.ts';

/** What a call may look at. Valid only while the call's work runs. */
export interface WorldView {
  /** The world's clock. */
  readonly nowMs: number;
  readonly catalogue: Catalogue;
  /** The simulated ones. */
  readonly clouds: readonly CloudId[];
  get(cloud: CloudId, id: string): SimResource | null;
  list(cloud: CloudId, kind?: string): readonly SimResource[];
  byTag(cloud: CloudId, key: string, value: string): readonly SimResource[];
  readonly faults: readonly ArmedFault[];
}

/** Something that happens later by itself. */
export interface Timer {
  readonly atMs: number;
  readonly cloud: CloudId;
  /** The resource; a timer goes with it. */
  readonly id: string;
  /** `booted`, `deadline`, `forgotten`: the model's own words. One of each per resource. */
  readonly what: string;
}

/** What a call's work may do. Synchronous, all or nothing: when it throws, nothing has changed. */
export interface Transaction extends WorldView {
  put(resource: SimResource): void;
  /** With its timers. */
  remove(cloud: CloudId, id: string): void;
  /** Hex digits that this world never gave before. */
  newId(digits: number): string;
  /** A delay of the cloud's, given at real pace, as it is in this world. */
  paced(realMs: number): number;
  schedule(timer: Timer): void;
  cancel(cloud: CloudId, id: string, what: string): void;
  /** Faults of this call that its work has to bring about itself, with their duration at real pace. */
  readonly effects: ReadonlyMap<Effect, { readonly durationMs: number | null }>;
}

/** One cloud's rules, as far as the engine calls them. */
export interface CloudModel {
  readonly cloud: CloudId;
  /** The cloud's own words for a fault's refusal of that call. */
  refusal(kind: Refusal, call: CloudCall, view: WorldView): CloudError;
  /** A timer is due. Throwing is a bug. */
  onTimer(tx: Transaction, timer: Timer): void;
}

export interface JournalEntry {
  /** From 1, without gaps. */
  readonly n: number;
  /** World's clock, ISO 8601. */
  readonly time: string;
  readonly cloud: CloudId;
  readonly operation: string;
  readonly caller: Caller;
  readonly region: string | null;
  readonly zone: string | null;
  readonly target: string | null;
  readonly params: JsonObject;
  readonly ok: boolean;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** The fault that met it. */
  readonly fault: string | null;
}

export interface WorldClock {
  /** How many times faster than in reality the clouds' own delays pass; 1: real pace. */
  readonly speed: number;
  /** The world's clock minus the computer's: it was moved forward by that much. */
  readonly aheadMs: number;
}

/** A simulated world. Several processes may work on the same one. */
export interface World {
  /** null: in memory only. */
  readonly directory: string | null;
  now(): number;
  read<T>(work: (view: WorldView) => T): Promise<T>;
  /**
   * Carries a call out: due timers first, then faults, then the work; then it is in the journal. Rejects with what the
   * work threw, with a CloudError, a ConnectionLost or a ProcessFault of a fault.
   */
  call<T>(call: CloudCall, work: (tx: Transaction) => T): Promise<T>;
  /** Waits a delay of the cloud's, given at real pace. */
  sleep(realMs: number, signal?: AbortSignal): Promise<void>;
  arm(faults: readonly Fault[], run: string | null): Promise<void>;
  disarm(run: string | null): Promise<void>;
  setCatalogue(catalogue: Catalogue): Promise<void>;
  setClock(change: Partial<WorldClock>): Promise<void>;
  clock(): WorldClock;
  /** The newest entries, oldest first. */
  journal(last: number): Promise<readonly JournalEntry[]>;
}
