import type { SweepFindings, SweepReceipt } from '../core/sweep.ts';
import type { RunOptions } from './options.ts';

/** Where a sweep looks, and what of that it removes. @default every place that labtui has used; what is expired, or crashed here */
export interface SweepOptions extends RunOptions {
  /** Only looks. */
  readonly dryRun?: boolean | undefined;
  /** Sees what was found and says whether it is to go. @default it is */
  readonly approve?: ((findings: SweepFindings) => boolean | Promise<boolean>) | undefined;
  /** Also what is alive and no session here knows. */
  readonly includeUnknown?: boolean | undefined;
  /** Only what is past its deadline. */
  readonly expired?: boolean | undefined;
  /** Only what was made longer ago than this: `4h`. */
  readonly olderThan?: string | undefined;
  /** Whose labs, by their owner tag. @default one's own */
  readonly owner?: readonly string[] | undefined;
  readonly cloud?: readonly string[] | undefined;
  readonly region?: readonly string[] | undefined;
  /** Every region that the accounts may use. */
  readonly everywhere?: boolean | undefined;
  /** Sessions at work at the same time. @default what the free memory has room for, at most 10 */
  readonly parallelism?: number | undefined;
}

/** What a sweep came to: null where it ended before that. The exit code is that of `labtui cleanup --sweep`. */
export interface SweepReport {
  readonly exitCode: number;
  readonly findings: SweepFindings | null;
  readonly receipt: { readonly content: SweepReceipt; readonly file: string } | null;
}
