import type { Catalogue } from './catalogue.ts';
import type { WorldRecord } from './change.ts';
import { checkedClock } from './checked-clock.ts';
import type { Engine } from './engine.ts';
import { createWorld } from './world-core.ts';
import { emptyWorld, type WorldSnapshot, WorldState } from './world-state.ts';
import type { CloudModel, World } from './world.ts';

export interface MemoryWorldOptions {
  readonly models: readonly CloudModel[];
  readonly catalogue: Catalogue;
  /** @default 1 */
  readonly speed?: number | undefined;
  /** Of the ids that the world gives. */
  readonly seed?: string | undefined;
  /** The computer's clock, in ms. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** For tests: what the world began as, what it was made of, and what it is. */
export interface MemoryWorld extends World {
  readonly beginning: WorldSnapshot;
  records(): readonly WorldRecord[];
  snapshot(): WorldSnapshot;
}

/** A world that is gone with its process. */
export function createMemoryWorld({ models, catalogue, speed = 1, seed = 'memory', now = Date.now }: MemoryWorldOptions): MemoryWorld {
  const beginning: WorldSnapshot = { ...emptyWorld(seed), clock: checkedClock({ speed, aheadMs: 0 }), catalogue };
  const records: WorldRecord[] = [];
  const engine: Engine = {
    state: new WorldState(beginning),
    models: new Map(models.map((model) => [model.cloud, model])),
    emit: (record) => records.push(record),
  };
  const world = createWorld(
    {
      directory: null,
      engine: () => engine,
      refresh: () => undefined,
      // eslint-disable-next-line @typescript-eslint/require-await -- what the work throws becomes a rejection
      exclusive: async (work) => work(engine),
      journal: (last) => Promise.resolve(last <= 0 ? [] : records.flatMap(({ entry }) => entry ?? []).slice(-last)),
    },
    now,
  );
  return { ...world, beginning, records: () => records, snapshot: () => engine.state.snapshot() };
}
