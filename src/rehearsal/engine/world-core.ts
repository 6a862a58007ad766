import { setTimeout as wait } from 'node:timers/promises';
import type { CloudCall } from './call.ts';
import { checkedClock } from './checked-clock.ts';
import { Draft } from './draft.ts';
import { advance, cloudsOf, commit, type Engine, isDue } from './engine.ts';
import type { ArmedFault } from './fault.ts';
import { isEqual } from './is-equal.ts';
import { type Outcome, performCall } from './perform-call.ts';
import type { JournalEntry, Transaction, World } from './world.ts';

/** Where a world is kept. */
export interface WorldStorage {
  readonly directory: string | null;
  /** As it was last seen. */
  engine(): Engine;
  /** Takes in what others have done meanwhile. */
  refresh(): void;
  /** Runs the work while nobody else changes the world, and keeps its records before it resolves. */
  exclusive<T>(work: (engine: Engine) => T): Promise<T>;
  journal(last: number): Promise<readonly JournalEntry[]>;
}

/** A world over its storage. `now` is the computer's clock, in ms. */
export function createWorld(storage: WorldStorage, now: () => number): World {
  const worldNow = (): number => now() + storage.engine().state.clock.aheadMs;
  const sleep = async (realMs: number, signal?: AbortSignal): Promise<void> => {
    await wait(realMs / storage.engine().state.clock.speed, undefined, { signal });
  };
  return {
    directory: storage.directory,
    now: worldNow,
    clock: () => storage.engine().state.clock,
    journal: (last) => storage.journal(last),
    sleep,
    read: async (work) => {
      storage.refresh();
      // What happened by itself meanwhile has happened for whoever looks.
      if (isDue(storage.engine(), worldNow())) await storage.exclusive((engine) => advance(engine, worldNow()));
      const engine = storage.engine();
      const view = new Draft(engine.state, { nowMs: worldNow(), clouds: cloudsOf(engine) });
      try {
        return work(view);
      } finally {
        view.close();
      }
    },
    call: async <T>(call: CloudCall, work: (tx: Transaction) => T): Promise<T> => {
      for (let delay: ArmedFault | null = null; ; ) {
        const before: ArmedFault | null = delay;
        const outcome: Outcome<T> = await storage.exclusive((engine) => performCall(engine, call, work, worldNow(), before));
        if (outcome.kind === 'done') return outcome.value;
        if (outcome.kind === 'failed') throw outcome.error;
        ({ delay } = outcome);
        await sleep(outcome.realMs);
      }
    },
    arm: (faults, run) =>
      storage.exclusive((engine) => {
        const armed = faults.map((fault) => ({ fault, run, armedAtMs: worldNow(), seen: 0, hits: 0 }));
        commit(engine, null, [{ kind: 'faults', faults: [...engine.state.faults, ...armed] }]);
      }),
    disarm: (run) =>
      storage.exclusive((engine) => {
        const { faults } = engine.state;
        const rest = faults.filter((armed) => armed.run !== run);
        if (rest.length !== faults.length) commit(engine, null, [{ kind: 'faults', faults: rest }]);
      }),
    setCatalogue: async (catalogue) => {
      storage.refresh();
      if (isEqual(catalogue, storage.engine().state.catalogue)) return;
      await storage.exclusive((engine) => {
        if (!isEqual(catalogue, engine.state.catalogue)) commit(engine, null, [{ kind: 'catalogue', catalogue }]);
      });
    },
    setClock: (change) =>
      storage.exclusive((engine) => {
        const clock = checkedClock({ ...engine.state.clock, ...change });
        if (!isEqual(clock, engine.state.clock)) commit(engine, null, [{ kind: 'clock', clock }]);
      }),
  };
}
