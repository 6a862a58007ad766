import type { Catalogue } from './catalogue.ts';
import type { Change, WorldRecord } from './change.ts';
import type { ArmedFault } from './fault.ts';
import { ResourceStore } from './resource-store.ts';
import { patched } from './resource-patch.ts';
import type { SimResource } from './resource.ts';
import { TimerStore } from './timer-store.ts';
import type { Timer, WorldClock } from './world.ts';

/** A whole world as plain data. */
export interface WorldSnapshot {
  readonly seed: string;
  /** The last record that is in it. */
  readonly seq: number;
  /** Entries of the journal so far. */
  readonly calls: number;
  readonly clock: WorldClock;
  readonly catalogue: Catalogue;
  readonly ids: readonly (readonly [digits: number, given: number])[];
  readonly faults: readonly ArmedFault[];
  readonly resources: readonly SimResource[];
  readonly timers: readonly Timer[];
}

/** What a new world holds. */
export function emptyWorld(seed: string): WorldSnapshot {
  return {
    seed,
    seq: 0,
    calls: 0,
    clock: { speed: 1, aheadMs: 0 },
    catalogue: { clouds: {} },
    ids: [],
    faults: [],
    resources: [],
    timers: [],
  };
}

/** A world in memory, indexed. It changes by records only, so that whoever applies the same records has the same world. */
export class WorldState {
  readonly seed: string;
  readonly resources: ResourceStore;
  readonly timers: TimerStore;
  #ids: Map<number, number>;
  #seq: number;
  #calls: number;
  #clock: WorldClock;
  #catalogue: Catalogue;
  #faults: readonly ArmedFault[];

  constructor(from: WorldSnapshot) {
    this.seed = from.seed;
    this.#seq = from.seq;
    this.#calls = from.calls;
    this.#clock = from.clock;
    this.#catalogue = from.catalogue;
    this.#ids = new Map(from.ids);
    this.#faults = from.faults;
    this.resources = new ResourceStore(from.resources);
    this.timers = new TimerStore(from.timers);
  }

  get seq(): number {
    return this.#seq;
  }
  get calls(): number {
    return this.#calls;
  }
  get clock(): WorldClock {
    return this.#clock;
  }
  get catalogue(): Catalogue {
    return this.#catalogue;
  }
  get faults(): readonly ArmedFault[] {
    return this.#faults;
  }
  idsGiven(digits: number): number {
    return this.#ids.get(digits) ?? 0;
  }

  /** Throws where the record is not the next one. */
  apply(record: WorldRecord): void {
    if (record.seq !== this.#seq + 1) throw new Error(`record ${record.seq} does not follow ${this.#seq}`);
    for (const change of record.changes) this.#change(change);
    this.#seq = record.seq;
    if (record.entry !== null) this.#calls = record.entry.n;
  }

  snapshot(): WorldSnapshot {
    return {
      seed: this.seed,
      seq: this.#seq,
      calls: this.#calls,
      clock: this.#clock,
      catalogue: this.#catalogue,
      ids: [...this.#ids].sort(([a], [b]) => a - b),
      faults: this.#faults,
      resources: [...this.resources.all()],
      timers: [...this.timers.all()],
    };
  }

  #change(change: Change): void {
    switch (change.kind) {
      case 'put':
        this.resources.put(change.resource);
        return;
      case 'patch': {
        const before = this.resources.get(change.cloud, change.id);
        if (before === null) throw new Error(`a change of ${change.id}, which does not exist`);
        this.resources.put(patched(before, change.patch));
        return;
      }
      case 'remove':
        this.resources.remove(change.cloud, change.id);
        this.timers.removeAll(change.cloud, change.id);
        return;
      case 'schedule':
        this.timers.set(change.timer);
        return;
      case 'cancel':
        this.timers.remove(change.cloud, change.id, change.what);
        return;
      case 'ids':
        this.#ids.set(change.digits, change.given);
        return;
      case 'faults':
        this.#faults = change.faults;
        return;
      case 'clock':
        this.#clock = change.clock;
        return;
      case 'catalogue':
        this.#catalogue = change.catalogue;
        return;
    }
  }
}
