import type { Host } from '../../../core/events.ts';
import type { SessionFile } from '../../port.ts';
import { type LogLine, noProgress, type RunProgress } from '../run/progress.ts';

export const sessionTabs = ['hosts', 'inventory', 'events', 'plan', 'terraform', 'console', 'receipt'] as const;
export type SessionTab = (typeof sessionTabs)[number];

/** One resource of the Terraform state, as `labtui inventory` has it. */
export interface InventoryRow {
  readonly stack: string;
  readonly address: string;
  readonly id: string | null;
}

/** One lab in detail. */
export interface SessionState {
  readonly kind: 'session';
  readonly session: string;
  readonly tab: SessionTab;
  /** Its last run. */
  readonly progress: RunProgress;
  /** All that was heard of it, the newest last. */
  readonly history: readonly LogLine[];
  /** As session.json has them; null: not read yet. */
  readonly hosts: readonly Host[] | null;
  readonly inventory: readonly InventoryRow[] | null;
  readonly files: readonly SessionFile[];
  /** Which file is read. */
  readonly file: number;
  /** What `labtui receipt` and `labtui console` printed, by tab. */
  readonly texts: Readonly<Partial<Record<SessionTab, readonly string[]>>>;
  /** First line, or selected row, of each tab. */
  readonly at: Readonly<Partial<Record<SessionTab, number>>>;
  readonly filter: string;
  readonly filtering: boolean;
}

export function sessionState(session: string, tab: SessionTab = 'hosts'): SessionState {
  return { kind: 'session', session, tab, progress: noProgress, history: [], hosts: null, inventory: null, files: [], file: 0, texts: {}, at: {}, filter: '', filtering: false };
}
