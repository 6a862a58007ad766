import type { CloudId } from '../../core/clouds.ts';
import type { Catalogue } from './catalogue.ts';
import type { Change } from './change.ts';
import type { ArmedFault } from './fault.ts';
import { hexId } from './hex-ids.ts';
import { resourceKey } from './resource-key.ts';
import { patchBetween } from './resource-patch.ts';
import type { SimResource } from './resource.ts';
import type { WorldState } from './world-state.ts';
import type { Timer, Transaction } from './world.ts';

export interface DraftContext {
  readonly nowMs: number;
  readonly clouds: readonly CloudId[];
  readonly effects?: Transaction['effects'];
}

/** What a call would change. The world itself stays as it is: a call that fails is dropped with its draft. */
export class Draft implements Transaction {
  readonly nowMs: number;
  readonly clouds: readonly CloudId[];
  readonly effects: Transaction['effects'];
  readonly #state: WorldState;
  readonly #resources = new Map<CloudId, Map<string, SimResource | null>>();
  readonly #timers = new Map<string, { readonly cloud: CloudId; readonly id: string; readonly what: string; timer: Timer | null }>();
  readonly #ids = new Map<number, number>();
  #closed = false;

  constructor(state: WorldState, context: DraftContext) {
    this.#state = state;
    this.nowMs = context.nowMs;
    this.clouds = context.clouds;
    this.effects = context.effects ?? new Map();
  }

  get catalogue(): Catalogue {
    return this.#open().catalogue;
  }

  get faults(): readonly ArmedFault[] {
    return this.#open().faults;
  }

  get(cloud: CloudId, id: string): SimResource | null {
    const drafted = this.#resources.get(cloud)?.get(resourceKey(id));
    return drafted === undefined ? this.#open().resources.get(cloud, id) : drafted;
  }

  list(cloud: CloudId, kind?: string): readonly SimResource[] {
    return this.#merged(cloud, this.#open().resources.of(cloud, kind), (resource) => kind === undefined || resource.kind === kind);
  }

  byTag(cloud: CloudId, key: string, value: string): readonly SimResource[] {
    return this.#merged(cloud, this.#open().resources.tagged(cloud, key, value), (resource) => resource.tags[key] === value);
  }

  put(resource: SimResource): void {
    this.#open();
    this.#draftsOf(resource.cloud).set(resourceKey(resource.id), resource);
  }

  remove(cloud: CloudId, id: string): void {
    if (this.get(cloud, id) === null) return;
    this.#draftsOf(cloud).set(resourceKey(id), null);
    for (const what of this.#open().timers.of(cloud, id).keys()) this.cancel(cloud, id, what);
    for (const each of this.#timers.values()) {
      if (each.cloud === cloud && resourceKey(each.id) === resourceKey(id)) each.timer = null;
    }
  }

  newId(digits: number): string {
    const state = this.#open();
    const given = this.#ids.get(digits) ?? state.idsGiven(digits);
    this.#ids.set(digits, given + 1);
    return hexId(state.seed, digits, given);
  }

  paced(realMs: number): number {
    return Math.ceil(realMs / this.#open().clock.speed);
  }

  schedule(timer: Timer): void {
    this.#open();
    this.#setTimer(timer.cloud, timer.id, timer.what, timer);
  }

  cancel(cloud: CloudId, id: string, what: string): void {
    this.#open();
    this.#setTimer(cloud, id, what, null);
  }

  /** The net effect, and the end of the draft. */
  close(): readonly Change[] {
    const state = this.#open();
    this.#closed = true;
    const changes: Change[] = [];
    for (const [cloud, drafts] of this.#resources) {
      for (const [key, after] of drafts) {
        const before = state.resources.get(cloud, key);
        if (before === null) {
          if (after !== null) changes.push({ kind: 'put', resource: after });
        } else if (after === null) {
          changes.push({ kind: 'remove', cloud, id: before.id });
        } else {
          const patch = patchBetween(before, after);
          if (patch !== null) changes.push({ kind: 'patch', cloud, id: before.id, patch });
        }
      }
    }
    for (const { cloud, id, what, timer } of this.#timers.values()) {
      if (timer !== null) changes.push({ kind: 'schedule', timer });
      else if (state.timers.of(cloud, id).has(what) && this.#resources.get(cloud)?.get(resourceKey(id)) !== null) {
        changes.push({ kind: 'cancel', cloud, id, what });
      }
    }
    for (const [digits, given] of this.#ids) changes.push({ kind: 'ids', digits, given });
    return changes;
  }

  #open(): WorldState {
    if (this.#closed) throw new Error('a call is over: what it was given is of no use any more');
    return this.#state;
  }

  #draftsOf(cloud: CloudId): Map<string, SimResource | null> {
    const drafts = this.#resources.get(cloud) ?? new Map<string, SimResource | null>();
    this.#resources.set(cloud, drafts);
    return drafts;
  }

  #setTimer(cloud: CloudId, id: string, what: string, timer: Timer | null): void {
    const key = `${cloud} ${resourceKey(id)} ${what}`;
    // Set anew, it comes after those that were set before it.
    this.#timers.delete(key);
    this.#timers.set(key, { cloud, id, what, timer });
  }

  #merged(cloud: CloudId, stored: ReadonlyMap<string, SimResource>, matches: (resource: SimResource) => boolean): readonly SimResource[] {
    const drafts = this.#resources.get(cloud);
    if (drafts === undefined) return [...stored.values()];
    const result: SimResource[] = [];
    for (const [key, resource] of stored) {
      const drafted = drafts.get(key);
      if (drafted === undefined) result.push(resource);
      else if (drafted !== null && matches(drafted)) result.push(drafted);
    }
    for (const [key, drafted] of drafts) if (drafted !== null && !stored.has(key) && matches(drafted)) result.push(drafted);
    return result;
  }
}
