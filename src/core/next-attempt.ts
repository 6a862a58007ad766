import type { Problem } from './errors.ts';
import type { PlannedSpot } from './plan.ts';

/** Where and how a stack was tried. */
export interface Attempt {
  readonly instanceType: string;
  readonly zone: string;
  readonly spot: boolean;
}

/** What to change for the next attempt: another zone, the next type of the size, on demand in the place of spot. */
export type Move = 'zone' | 'type' | 'on-demand';

export interface Tried {
  /** All so far, the one that has just failed last. */
  readonly attempts: readonly [...Attempt[], Attempt];
  /** Since the first of them began. */
  readonly elapsedMs: number;
}

/** What the profile leaves open. */
export interface Openness {
  readonly zone: boolean;
  readonly type: boolean;
  readonly spot: PlannedSpot;
}

/** Attempts beyond the first that one apply makes: each takes the better part of a minute, on some clouds minutes. */
export const mostFurtherAttempts = 3;

/** Zones in which a type is tried before the next type is, and in which spot is tried before on demand. */
const mostZones = 2;

/**
 * What may lift a lack of room, the likeliest first; empty where nothing that the profile leaves open does. Spot is given up for a
 * price or limit at once, for a lack of room when it was tried in two places or its time is over.
 */
export function movesAfter(problem: Pick<Problem, 'holdsFor'>, { attempts, elapsedMs }: Tried, open: Openness): readonly Move[] {
  const { holdsFor } = problem;
  const last = attempts[attempts.length - 1] ?? attempts[0];
  if (holdsFor === undefined || attempts.length > mostFurtherAttempts) return [];
  if (!last.spot) return holdsFor === 'spot' ? [] : placeMoves(holdsFor, attempts, last, open);

  const onDemand: readonly Move[] = open.spot.fallback === 'on-demand' ? ['on-demand'] : [];
  if (holdsFor === 'spot') return onDemand;
  const spots = attempts.filter(({ spot }) => spot).length;
  const stays = elapsedMs < open.spot.timeoutMs && (onDemand.length === 0 || spots < mostZones);
  return [...(stays ? placeMoves(holdsFor, attempts, last, open) : []), ...onDemand];
}

function placeMoves(holdsFor: 'zone' | 'region', attempts: readonly Attempt[], last: Attempt, open: Openness): readonly Move[] {
  const type: readonly Move[] = open.type ? ['type'] : [];
  if (holdsFor === 'region') return type;
  const zone: readonly Move[] = open.zone ? ['zone'] : [];
  const zones = attempts.filter(({ instanceType, spot }) => instanceType === last.instanceType && spot === last.spot).length;
  return zones < mostZones ? [...zone, ...type] : [...type, ...zone];
}
