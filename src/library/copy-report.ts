import type { CopyResult } from '../core/copied.ts';

/** What a copy came to, and where. */
export interface CopyReport extends CopyResult {
  readonly session: string;
  readonly host: string;
  readonly direction: 'up' | 'down';
  readonly source: string;
  /** Where it is now. */
  readonly target: string;
}
