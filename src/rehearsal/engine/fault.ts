import type { CloudId } from '../../core/clouds.ts';

/** Refusals: the cloud answers with an error. */
export const refusals = [
  'credentials',
  'expired',
  'permission',
  'quota',
  'capacity',
  'capacity-region',
  'image',
  'terms',
  'throttled',
  'conflict',
  'invalid-input',
  'ttl-layer-denied',
] as const;
export type Refusal = (typeof refusals)[number];

/** Outcomes: the call succeeds, and something goes wrong later. */
export const effects = ['address-late', 'address-never', 'never-ready', 'preemption', 'stuck'] as const;
export type Effect = (typeof effects)[number];

/** What happens to the connection or to the process that calls. */
export const disturbances = ['network', 'answer-lost', 'slow', 'provider-crash', 'half-written-state'] as const;
export type Disturbance = (typeof disturbances)[number];

export const faultKinds = [...refusals, ...effects, ...disturbances] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A fault: what, where, when and how often. */
export interface Fault {
  readonly kind: FaultKind;
  /** As the user wrote it. */
  readonly spec: string;
  /** null: any. */
  readonly cloud: CloudId | null;
  /** The cloud's operation, compared without case; null: where this kind usually happens. */
  readonly operation: string | null;
  readonly region: string | null;
  readonly zone: string | null;
  /** The first matching call that it meets, from 1. */
  readonly call: number;
  /** How many calls it meets; null: all from then on. */
  readonly times: number | null;
  /** Not before this long after it was armed, on the world's clock; null: at once. */
  readonly afterMs: number | null;
  /** How long `slow`, `address-late` and `preemption` take, at real pace; null: the kind's own. */
  readonly durationMs: number | null;
}

export interface ArmedFault {
  readonly fault: Fault;
  /** The run whose calls it meets; null: everybody's. */
  readonly run: string | null;
  readonly armedAtMs: number;
  /** Matching calls so far, those it let pass included. */
  readonly seen: number;
  readonly hits: number;
  /** Of a capacity fault that names no place: where it met its first call, by cloud. It keeps to that place. */
  readonly places?: Readonly<Partial<Record<CloudId, string>>> | undefined;
}
