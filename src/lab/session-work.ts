import type { LabPorts } from './ports.ts';
import type { Run } from './run.ts';
import type { SessionBook } from './session-book.ts';

/** What every step on a session works with. */
export interface SessionWork {
  readonly ports: LabPorts;
  readonly run: Run;
  readonly book: SessionBook;
}
