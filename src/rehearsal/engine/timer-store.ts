import type { CloudId } from '../../core/clouds.ts';
import { resourceKey } from './resource-key.ts';
import { TimerQueue } from './timer-queue.ts';
import type { Timer } from './world.ts';

const none: ReadonlyMap<string, Timer> = new Map();

/** Timers by resource, and by time for each cloud. */
export class TimerStore {
  readonly #byResource = new Map<string, Map<string, Timer>>();
  readonly #queues = new Map<CloudId, TimerQueue>();

  constructor(timers: Iterable<Timer>) {
    for (const timer of timers) this.set(timer);
  }

  /** By their words. */
  of(cloud: CloudId, id: string): ReadonlyMap<string, Timer> {
    return this.#byResource.get(keyOf(cloud, id)) ?? none;
  }

  /** The next one of these clouds; null: none is set. */
  next(clouds: Iterable<CloudId>): Timer | null {
    let earliest: Timer | null = null;
    for (const cloud of clouds) {
      const timer = this.#queues.get(cloud)?.first() ?? null;
      if (timer !== null && (earliest === null || timer.atMs < earliest.atMs)) earliest = timer;
    }
    return earliest;
  }

  /** In the order in which they were set, for each resource. */
  *all(): Iterable<Timer> {
    for (const timers of this.#byResource.values()) yield* timers.values();
  }

  set(timer: Timer): void {
    const key = keyOf(timer.cloud, timer.id);
    const timers = this.#byResource.get(key) ?? new Map<string, Timer>();
    this.#byResource.set(key, timers.set(timer.what, timer));
    const queue = this.#queues.get(timer.cloud) ?? new TimerQueue((each) => this.of(each.cloud, each.id).get(each.what) === each);
    this.#queues.set(timer.cloud, queue);
    queue.add(timer);
  }

  remove(cloud: CloudId, id: string, what: string): void {
    const key = keyOf(cloud, id);
    const timers = this.#byResource.get(key);
    timers?.delete(what);
    if (timers?.size === 0) this.#byResource.delete(key);
  }

  removeAll(cloud: CloudId, id: string): void {
    this.#byResource.delete(keyOf(cloud, id));
  }
}

function keyOf(cloud: CloudId, id: string): string {
  return `${cloud} ${resourceKey(id)}`;
}
