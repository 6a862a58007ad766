import { exitCodes } from '../../core/errors.ts';
import type { ReceiptEvent } from '../../core/events.ts';
import { destroy } from '../../library/end.ts';
import type { FinalEvent } from '../../library/lab-run.ts';
import type { RehearsalOptions } from '../../library/rehearsal/with-ports.ts';
import { approver, cannotAsk } from '../approval.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { follow } from '../library-call.ts';
import { openReader } from '../readers/open-reader.ts';
import { closingTable, closingWords, type Ended } from '../text/ended.ts';

export interface DestroyOptions extends RehearsalOptions {
  readonly autoApprove?: boolean;
  readonly timeout?: string;
  /** Sessions at work at the same time. @default what the free memory has room for */
  readonly parallelism?: number;
  /** The clouds' own interfaces delete by tag. */
  readonly withoutTerraform?: boolean;
}

export type Target = Readonly<{ id: string; archived: boolean }>;

/** Asks once for all, then ends them, several at once; the worst exit code of all. */
export async function destroyAll(context: CliContext, wanted: readonly Target[], options: DestroyOptions): Promise<number> {
  const { autoApprove, timeout, parallelism, withoutTerraform, rehearse, fault } = options;
  const { json } = context.settings;
  const targets = [...new Map(wanted.map((target) => [target.id, target])).values()];
  const mayAsk = context.interactive && !json;
  if (targets.some(({ archived }) => !archived) && autoApprove !== true && !mayAsk) throw cannotAsk();
  const reader = await openReader(context, { several: targets.length > 1 });
  const receipts = new Map<string | null, ReceiptEvent>();
  const results = new Map<string | null, FinalEvent>();
  try {
    const approve = autoApprove === true ? undefined : approver(context, reader);
    const { exitCode } = await follow(destroy(targets.map(({ id }) => id), { ...around(context), timeout, parallelism, withoutTerraform, rehearse, faults: fault, approve }), {
      take: (event) => {
        if (event.type === 'receipt') receipts.set(event.session, event);
        if (event.type === 'result') results.set(event.session, event);
        // The result of all is for programs; the table says it.
        if (json || event.session !== null) reader.take(event);
      },
    });
    reader.pause();
    if (json) return exitCode;
    if (exitCode === exitCodes.notApproved) {
      context.err('  nothing was destroyed\n');
      return exitCode;
    }
    const ended = targets.map(({ id }): Ended => ({ id, result: results.get(id) ?? null, receipt: receipts.get(id) ?? null }));
    if (targets.length === 1) for (const one of ended) closingWords(context, one);
    else closingTable(context, ended);
    return exitCode;
  } finally {
    reader.end();
  }
}
