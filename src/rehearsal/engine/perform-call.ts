import type { CloudCall } from './call.ts';
import type { Change } from './change.ts';
import { CloudError, ConnectionLost, ProcessFault } from './cloud-error.ts';
import { Draft } from './draft.ts';
import { advance, cloudsOf, commit, type Engine, type NewEntry } from './engine.ts';
import { type ArmedFault, type FaultKind, type Refusal, refusals } from './fault.ts';
import { type FaultsMet, faultsMet, withHits } from './fault-matching.ts';
import type { Transaction } from './world.ts';

export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Comes again after so long, at real pace. */
  | { readonly kind: 'wait'; readonly realMs: number; readonly delay: ArmedFault };

const slowMs = 10_000;

/**
 * Carries out a call at this time: due timers, faults, work, journal. Nothing is thrown but what a model's timer threw:
 * the caller has records to store first. `delay` is the fault that made the call wait, when it comes again.
 */
export function performCall<T>(engine: Engine, call: CloudCall, work: (tx: Transaction) => T, nowMs: number, delay: ArmedFault | null): Outcome<T> {
  advance(engine, nowMs);
  const { state } = engine;
  const met = faultsMet(state.faults, call, { nowMs, isDelayed: delay !== null });
  if (met.slow !== null) {
    commit(engine, null, [{ kind: 'faults', faults: withHits(met.faults, [met.slow], call) }]);
    return { kind: 'wait', realMs: met.slow.fault.durationMs ?? slowMs, delay: met.slow };
  }
  const refused = refusal(engine, call, met.strike, nowMs);
  if (refused !== null && met.strike !== null) {
    commit(engine, entryOf(call, nowMs, refused, met.strike), counted(engine, met, [met.strike], call));
    return { kind: 'failed', error: refused };
  }
  const effects = new Map([...met.effects].map(([effect, { fault }]) => [effect, { durationMs: fault.durationMs }] as const));
  const draft = new Draft(state, { nowMs, clouds: cloudsOf(engine), effects });
  let value: T;
  try {
    value = work(draft);
  } catch (error) {
    draft.close();
    commit(engine, entryOf(call, nowMs, error, delay), counted(engine, met, [], call));
    return { kind: 'failed', error };
  }
  const hits = [...met.effects.values(), ...(met.strike === null ? [] : [met.strike])];
  commit(engine, entryOf(call, nowMs, null, met.strike ?? hits[0] ?? delay), [...draft.close(), ...counted(engine, met, hits, call)]);
  const lost = met.strike === null ? null : afterwards(met.strike.fault.kind);
  return lost === null ? { kind: 'done', value } : { kind: 'failed', error: lost };
}

/** What comes in the place of the work. */
function refusal(engine: Engine, call: CloudCall, strike: ArmedFault | null, nowMs: number): Error | null {
  if (strike === null || afterwards(strike.fault.kind) !== null) return null;
  const { kind } = strike.fault;
  if (kind === 'network') return new ConnectionLost(false);
  const model = engine.models.get(call.cloud);
  if (model === undefined) throw new Error(`there is no simulated ${call.cloud}`);
  const view = new Draft(engine.state, { nowMs, clouds: cloudsOf(engine) });
  const error = isRefusal(kind) ? model.refusal(kind, call, view) : null;
  view.close();
  return error;
}

/** What comes after the work, which stands. */
function afterwards(kind: FaultKind): Error | null {
  if (kind === 'answer-lost') return new ConnectionLost(true);
  return kind === 'provider-crash' || kind === 'half-written-state' ? new ProcessFault(kind) : null;
}

function isRefusal(kind: FaultKind): kind is Refusal {
  const kinds: readonly FaultKind[] = refusals;
  return kinds.includes(kind);
}

function counted({ state }: Engine, met: FaultsMet, hits: readonly ArmedFault[], call: CloudCall): readonly Change[] {
  const faults = withHits(met.faults, hits, call);
  return faults.every((armed, index) => armed === state.faults[index]) ? [] : [{ kind: 'faults', faults }];
}

function entryOf(call: CloudCall, atMs: number, error: unknown, fault: ArmedFault | null): NewEntry {
  return {
    atMs,
    cloud: call.cloud,
    operation: call.operation,
    caller: call.caller,
    region: call.region ?? null,
    zone: call.zone ?? null,
    target: call.target ?? null,
    params: call.params ?? {},
    ok: error === null,
    error: error === null ? null : described(error),
    fault: fault?.fault.spec ?? null,
  };
}

function described(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof CloudError) return { code: error.code, message: error.message };
  return error instanceof Error ? { code: error.name, message: error.message } : { code: 'internal', message: String(error) };
}
