import type { CloudSettings } from './cloud-settings.ts';
import type { CloudId } from './clouds.ts';

/** A place in a cloud, and what leads there again: names and addresses, never a secret. */
export interface CloudPlace {
  readonly cloud: CloudId;
  /** null: not known. */
  readonly account: string | null;
  readonly region: string;
  readonly settings: CloudSettings;
}

/** A place where labtui has created something, or was about to. */
export interface LedgerEntry extends CloudPlace {
  readonly lastUsed: string;
  readonly file: string;
}

export interface LedgerContent {
  readonly places: readonly LedgerEntry[];
  /** Sessions directories that labtui was used with on this computer, absolute; some may be gone. */
  readonly roots: readonly string[];
  readonly damaged: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * Where labtui has ever created something, kept apart from the sessions: it outlives a sessions directory that is lost. Rehearsals have
 * one of their own.
 */
export interface Ledger {
  /** Durably; resolves once a crash cannot take it back. Rejects with kind prerequisite where the disk does not take it. */
  note(place: CloudPlace, sessionsRoot: string): Promise<void>;
  read(): Promise<LedgerContent>;
}
