import type { CloudId } from '../../src/core/clouds.ts';
import type { ErrorKind } from '../../src/core/errors.ts';
import type { FaultKind } from '../../src/rehearsal/engine/fault.ts';

export const faultPhases = ['apply', 'destroy'] as const;
export type FaultPhase = (typeof faultPhases)[number];

/** What a user is to see where a fault meets this phase. Their words are not here: they are recorded, in docs/faults.md. */
export interface Expected {
  readonly exitCode: number;
  /** Kind of the first error; null: there is none, it goes well. */
  readonly kind: ErrorKind | null;
  /** What the hint must say at least. */
  readonly hint?: RegExp;
}

/** Why a phase cannot meet a fault. */
export interface Impossible {
  readonly never: string;
}

/** Why a phase is not played on this cloud: on another one it says the same. */
export interface Elsewhere {
  readonly asOn: CloudId;
}

export type PhaseCell = (Expected | Impossible) & {
  /** Where a cloud differs, and why it does in reality. */
  readonly on?: Readonly<Record<CloudId, Expected | Impossible>>;
};

export interface DestroyCell extends Expected {
  /** The deletion that it meets; absent: where this kind usually happens. */
  readonly meets?: 'machine' | 'network';
  /** What else the spec says. */
  readonly more?: string;
  /** Whose standing lab it is tried on: that apply is made anyway. Of one lab the last may end it. */
  readonly lab: FaultKind;
  /** Where it is played, for no cloud has a part in it; absent: on each. */
  readonly only?: CloudId;
}

export interface FaultRow {
  readonly fault: FaultKind;
  /** Of the profile. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** In a world of its own: a private address leads to whoever has it there. */
  readonly alone?: boolean;
  readonly apply: PhaseCell;
  readonly destroy: DestroyCell | Impossible;
}

const nothingLookedUp = { never: 'destroy looks nothing up: it works from the state' } as const;
const nothingCreated = { never: 'a deletion needs no room and no quota' } as const;
const noWait = { never: 'destroy does not wait for an address or for SSH' } as const;

/** Every fault with what comes of it in each phase, on every simulated cloud: run by test/e2e, written down in docs/faults.md. */
export const faultTable: readonly FaultRow[] = [
  {
    fault: 'credentials',
    apply: { kind: 'credentials', exitCode: 4, hint: /login|configure|AWS_PROFILE/ },
    destroy: { kind: 'credentials', exitCode: 7, hint: /login|AWS_PROFILE/, lab: 'capacity' },
  },
  {
    fault: 'expired',
    apply: { kind: 'credentials', exitCode: 7, hint: /login|renew|again/ },
    destroy: { kind: 'credentials', exitCode: 7, hint: /login|renew/, meets: 'machine', lab: 'address-late' },
  },
  {
    fault: 'permission',
    apply: { kind: 'permission', exitCode: 5, hint: /permission|role/ },
    destroy: { kind: 'permission', exitCode: 7, hint: /permission|role/, meets: 'machine', lab: 'capacity' },
  },
  { fault: 'quota', apply: { kind: 'quota', exitCode: 5, hint: /--region|--size/ }, destroy: nothingCreated },
  // Another zone has room.
  { fault: 'capacity', apply: { kind: null, exitCode: 0 }, destroy: nothingCreated },
  { fault: 'capacity-region', apply: { kind: 'capacity', exitCode: 5, hint: /--zone|--region|--size/ }, destroy: nothingCreated },
  { fault: 'image', apply: { kind: 'image', exitCode: 3 }, destroy: nothingLookedUp },
  { fault: 'terms', apply: { kind: 'terms', exitCode: 5, hint: /accept/ }, destroy: { never: 'terms are asked for when a machine is created' } },
  {
    fault: 'throttled',
    apply: { kind: 'throttled', exitCode: 5, hint: /wait/ },
    destroy: { kind: 'throttled', exitCode: 7, hint: /wait|again/, meets: 'machine', lab: 'slow' },
  },
  {
    fault: 'conflict',
    apply: { kind: 'conflict', exitCode: 5 },
    // It passes, as a dependency does that is going: the next attempt has it.
    destroy: { kind: null, exitCode: 0, meets: 'network', more: 'times=1', lab: 'capacity' },
  },
  { fault: 'invalid-input', apply: { kind: 'invalid-input', exitCode: 3 }, destroy: { never: 'a deletion names nothing but what exists' } },
  {
    fault: 'ttl-layer-denied',
    apply: { kind: null, exitCode: 0, on: { gcp: { never: 'the deadline is a property of the machine there, and takes no right of its own' } } },
    destroy: { never: 'it is about making the deadline; a deletion that is not allowed is `permission`' },
  },
  { fault: 'address-late', alone: true, apply: { kind: null, exitCode: 0 }, destroy: noWait },
  { fault: 'address-never', alone: true, apply: { kind: 'not-ready', exitCode: 6 }, destroy: noWait },
  { fault: 'never-ready', apply: { kind: 'not-ready', exitCode: 6 }, destroy: noWait },
  {
    fault: 'preemption',
    fields: { spot: { enabled: true } },
    apply: { kind: 'preempted', exitCode: 5 },
    destroy: { never: 'a machine that the cloud took back is one less to delete' },
  },
  { fault: 'stuck', apply: { kind: 'conflict', exitCode: 5 }, destroy: { never: 'destroy deletes a machine in whatever state it is' } },
  {
    fault: 'network',
    apply: { kind: 'network', exitCode: 5 },
    destroy: { kind: 'network', exitCode: 7, hint: /network/, meets: 'machine', lab: 'address-late' },
  },
  {
    fault: 'answer-lost',
    // EC2 knows a call that is repeated by its client token, and gives the same machine again.
    apply: { kind: 'network', exitCode: 5, on: { aws: { kind: null, exitCode: 0 } } },
    destroy: { kind: null, exitCode: 0, meets: 'machine', lab: 'address-late' },
  },
  { fault: 'slow', apply: { kind: null, exitCode: 0 }, destroy: { kind: null, exitCode: 0, meets: 'machine', lab: 'slow' } },
  {
    fault: 'provider-crash',
    apply: { kind: 'state', exitCode: 5 },
    destroy: { kind: null, exitCode: 0, meets: 'machine', lab: 'ttl-layer-denied', only: 'aws' },
  },
  {
    fault: 'half-written-state',
    apply: { kind: 'state', exitCode: 5 },
    destroy: { kind: null, exitCode: 0, meets: 'machine', lab: 'ttl-layer-denied', only: 'azure' },
  },
];

/** What the table expects of a fault in a phase of a cloud. */
export function expectedIn({ apply, destroy }: FaultRow, cloud: CloudId, phase: FaultPhase): Expected | Impossible | Elsewhere {
  if (phase === 'apply') return apply.on?.[cloud] ?? apply;
  return 'only' in destroy && destroy.only !== undefined && destroy.only !== cloud ? { asOn: destroy.only } : destroy;
}

export function isPlayed(cell: Expected | Impossible | Elsewhere): cell is Expected {
  return 'exitCode' in cell;
}
