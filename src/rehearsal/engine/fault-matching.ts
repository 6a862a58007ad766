import type { CloudCall } from './call.ts';
import { type ArmedFault, type Effect, effects, type FaultKind } from './fault.ts';

/** What the armed faults have in store for a call. */
export interface FaultsMet {
  /** All of them, this call counted. */
  readonly faults: readonly ArmedFault[];
  /** `slow`: before anything else. */
  readonly slow: ArmedFault | null;
  /** The refusal or disturbance that meets it: the one armed first. */
  readonly strike: ArmedFault | null;
  /** What goes wrong later, should the call succeed. */
  readonly effects: ReadonlyMap<Effect, ArmedFault>;
}

/**
 * Counts a call and says which faults meet it. One that waits for `slow` comes again with `isDelayed`, and is then not
 * counted a second time by the faults of that kind. Hits are counted by `withHits` when they have come true.
 */
export function faultsMet(
  faults: readonly ArmedFault[],
  call: CloudCall,
  { nowMs, isDelayed }: { readonly nowMs: number; readonly isDelayed: boolean },
): FaultsMet {
  const matching = new Set(faults.filter((armed) => matches(armed, call, nowMs)));
  const slow = isDelayed ? undefined : faults.find((armed) => armed.fault.kind === 'slow' && matching.has(armed) && isTurn(armed));
  const counted = faults.map((armed) => {
    const isSlow = armed.fault.kind === 'slow';
    const counts = slow === undefined ? !(isSlow && isDelayed) : isSlow;
    return matching.has(armed) && counts ? { ...armed, seen: armed.seen + 1 } : armed;
  });
  if (slow !== undefined) {
    const after = counted[faults.indexOf(slow)] ?? null;
    return { faults: counted, slow: after, strike: null, effects: new Map() };
  }
  let strike: ArmedFault | null = null;
  const later = new Map<Effect, ArmedFault>();
  for (const [index, armed] of counted.entries()) {
    const before = faults[index];
    if (before === undefined || !matching.has(before) || !isTurn(before)) continue;
    const { kind } = armed.fault;
    if (isEffect(kind)) {
      if (!later.has(kind)) later.set(kind, armed);
    } else if (kind !== 'slow') strike ??= armed;
  }
  return { faults: counted, slow: null, strike, effects: later };
}

/** With one hit more for each that came true; a capacity fault keeps to the place it met first. */
export function withHits(faults: readonly ArmedFault[], hit: Iterable<ArmedFault>, call: CloudCall): readonly ArmedFault[] {
  const struck = new Set(hit);
  return faults.map((armed) => {
    if (!struck.has(armed)) return armed;
    const place = placeOf(armed.fault.kind, call);
    return {
      ...armed,
      hits: armed.hits + 1,
      ...(place === null ? {} : { places: { ...armed.places, [call.cloud]: armed.places?.[call.cloud] ?? place } }),
    };
  });
}

function matches({ fault, run, armedAtMs, seen, places }: ArmedFault, call: CloudCall, nowMs: number): boolean {
  if (call.caller.actor === 'cloud' || call.caller.actor === 'guest') return false;
  if (run !== null && run !== call.caller.run) return false;
  if (fault.cloud !== null && fault.cloud !== call.cloud) return false;
  if (fault.afterMs !== null && nowMs < armedAtMs + fault.afterMs) return false;
  if (!isSame(fault.region, call.region) || !isSame(fault.zone, call.zone)) return false;
  if (fault.operation === null ? !isUsual(fault.kind, call, seen) : !isSame(fault.operation, call.operation)) return false;
  // Elsewhere there is capacity, so that a fallback can be seen to work.
  const isPinned = fault.kind === 'capacity' ? fault.zone !== null : fault.region !== null;
  const first = places?.[call.cloud];
  return isPinned || first === undefined || first === placeOf(fault.kind, call);
}

/** The calls a kind meets where none are named. */
function isUsual(kind: FaultKind, { verb, subject }: CloudCall, seen: number): boolean {
  if (kind === 'credentials') return verb === 'identity';
  if (kind === 'image') return subject === 'image' && (verb === 'read' || verb === 'list');
  if (kind === 'ttl-layer-denied') return subject === 'deadline' && verb === 'create';
  return (subject === 'instance' && verb === 'create') || (kind === 'expired' && seen > 0);
}

function isTurn({ fault, seen, hits }: ArmedFault): boolean {
  return seen + 1 >= fault.call && (fault.times === null || hits < fault.times);
}

function placeOf(kind: FaultKind, { region, zone }: CloudCall): string | null {
  if (kind === 'capacity') return zone ?? region ?? '';
  return kind === 'capacity-region' ? (region ?? '') : null;
}

function isSame(wanted: string | null, given: string | null | undefined): boolean {
  return wanted === null || wanted.toLowerCase() === given?.toLowerCase();
}

function isEffect(kind: FaultKind): kind is Effect {
  const kinds: readonly FaultKind[] = effects;
  return kinds.includes(kind);
}
