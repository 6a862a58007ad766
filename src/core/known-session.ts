import type { Phase } from './events.ts';
import type { CloudPlace } from './ledger.ts';

/** A session that this computer knows of, in whichever sessions directory. */
export interface KnownSession {
  readonly id: string;
  /** The sessions directory that it is in. */
  readonly root: string;
  readonly archived: boolean;
  readonly phase: Phase;
  readonly expiresAt: string | null;
  /** What becomes of it where it failed: as its profile says, and `destroy` once its destroy was begun. */
  readonly onFailure: 'destroy' | 'keep';
  readonly rehearsed: boolean;
  /** The labtui that works on it, in words; null: none. */
  readonly inUseBy: string | null;
  /** Why its record cannot be read; null: it can. */
  readonly problem: string | null;
  /** Where something of it may exist. */
  readonly places: readonly CloudPlace[];
}
