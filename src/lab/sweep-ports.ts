import type { KnownSession } from '../core/known-session.ts';
import type { LabEvent, ResultEvent } from '../core/events.ts';
import type { CloudId } from '../core/clouds.ts';
import type { SweepReceipt } from '../core/sweep.ts';
import type { LabPorts } from './ports.ts';

/** What a sweep may touch. */
export interface SweepPorts extends Pick<LabPorts, 'now' | 'sleep' | 'cloud' | 'ledger' | 'keepStackTrace' | 'origin'> {
  /** Clouds whose configured account is looked through also where the ledger does not name them. */
  readonly clouds: readonly CloudId[];
  /** The sessions in these directories and in the one of this command line. */
  readonly knownSessions: (roots: readonly string[]) => Promise<{
    readonly sessions: readonly KnownSession[];
    readonly unreadable: readonly { readonly root: string; readonly reason: string }[];
  }>;
  /** Whether labs with this owner's tag are this user's. */
  readonly isOwn: (owner: string) => boolean;
  /** Ends a session of this computer from its state, as `destroy` does. */
  readonly destroy: (session: KnownSession, sink: (event: LabEvent) => void, signal: AbortSignal) => Promise<ResultEvent>;
  /** Keeps the receipt; its file. */
  readonly keepReceipt: (receipt: SweepReceipt) => Promise<string>;
}
