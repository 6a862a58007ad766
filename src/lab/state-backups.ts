import type { LabPorts } from './ports.ts';
import type { SessionBook } from './session-book.ts';
import { whyForeign } from './state-origin.ts';

/** Changes that come this close together are kept as one version: thirty of them are to reach back beyond one run. */
const backupDelayMs = 300;

/** Copies of a stack's state during one run of Terraform. */
export interface Backups {
  /** In a moment, together with what changes until then. Never fails. */
  soon(): void;
  /** Rejects where the disk does not take it. */
  now(): Promise<void>;
}

interface Context {
  readonly ports: Pick<LabPorts, 'sessions' | 'readState'>;
  readonly book: Pick<SessionBook, 'record' | 'paths'>;
}

/** None of a state that is not this stack's: an init may come before the guard has looked, and it must not become the newest backup. */
export async function backupsOf(stackId: string, { ports, book }: Context): Promise<Backups> {
  const state = await ports.readState(book.paths.state(stackId));
  const foreign = state.kind === 'ok' && (await whyForeign(state, stackId, book.record.id, ports)) !== null;
  return foreign ? noBackups : backupsDuring(ports, book.record.id, stackId);
}

const noBackups: Backups = { soon: () => undefined, now: () => Promise.resolve() };

function backupsDuring({ sessions }: Pick<LabPorts, 'sessions'>, sessionId: string, stackId: string): Backups {
  let timer: NodeJS.Timeout | null = null;
  let chain: Promise<void> = Promise.resolve();
  const copy = (): Promise<void> => {
    chain = chain.catch(() => undefined).then(() => sessions.backupState(sessionId, stackId));
    return chain;
  };
  return {
    soon: () => {
      timer ??= setTimeout(() => {
        timer = null;
        // A failed copy during the run is no reason to stop it: the copy after the run reports.
        copy().catch(() => undefined);
      }, backupDelayMs);
    },
    now: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      return copy();
    },
  };
}
