import type { CloudId } from '../../core/clouds.ts';
import type { Change, WorldRecord } from './change.ts';
import { Draft } from './draft.ts';
import type { WorldState } from './world-state.ts';
import type { CloudModel, JournalEntry, Timer } from './world.ts';

/** A world and the rules of its clouds. */
export interface Engine {
  readonly state: WorldState;
  readonly models: ReadonlyMap<CloudId, CloudModel>;
  /** Every record, as soon as it is in the state. */
  readonly emit: (record: WorldRecord) => void;
}

export type NewEntry = Omit<JournalEntry, 'n' | 'time'> & { readonly atMs: number };

/** A model that never comes to rest is a bug, not a world. */
const mostTimersAtOnce = 100_000;

/** Puts the next record into the world. */
export function commit({ state, emit }: Engine, entry: NewEntry | null, changes: readonly Change[]): void {
  const record: WorldRecord = { seq: state.seq + 1, entry: entry === null ? null : numbered(entry, state.calls + 1), changes };
  state.apply(record);
  emit(record);
}

export function cloudsOf({ models }: Engine): readonly CloudId[] {
  return [...models.keys()];
}

/** Whether something of these clouds is due. */
export function isDue({ state, models }: Engine, nowMs: number): boolean {
  const next = state.timers.next(models.keys());
  return next !== null && next.atMs <= nowMs;
}

/**
 * Fires what is due, in the order of its time, each at its own time. Throws what a model's `onTimer` threw, which is a
 * bug; its timer is gone and its changes were dropped, so that the world goes on.
 */
export function advance(engine: Engine, nowMs: number): void {
  for (let fired = 0; isDue(engine, nowMs); fired += 1) {
    if (fired === mostTimersAtOnce) throw new Error('the timers of this world never come to rest');
    const timer = engine.state.timers.next(engine.models.keys());
    if (timer !== null) fire(engine, timer);
  }
}

function fire(engine: Engine, timer: Timer): void {
  const { state, models } = engine;
  const { atMs, cloud, id, what } = timer;
  const about = state.resources.get(cloud, id);
  const entry: Omit<NewEntry, 'ok' | 'error'> = {
    atMs,
    cloud,
    operation: what,
    caller: { actor: 'cloud', run: null, session: null, stack: null },
    region: about?.region ?? null,
    zone: about?.zone ?? null,
    target: id,
    params: {},
    fault: null,
  };
  const draft = new Draft(state, { nowMs: atMs, clouds: cloudsOf(engine) });
  draft.cancel(cloud, id, what);
  try {
    models.get(cloud)?.onTimer(draft, timer);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    commit(engine, { ...entry, ok: false, error: { code: 'internal', message } }, [{ kind: 'cancel', cloud, id, what }]);
    throw error;
  }
  commit(engine, { ...entry, ok: true, error: null }, draft.close());
}

function numbered({ atMs, ...entry }: NewEntry, n: number): JournalEntry {
  return { n, time: new Date(atMs).toISOString(), ...entry };
}
