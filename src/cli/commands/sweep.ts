import { exitCodes } from '../../core/errors.ts';
import type { SweepFindings } from '../../core/sweep.ts';
import { sweep as sweepClouds } from '../../library/sweep.ts';
import type { RunOptions } from '../../library/options.ts';
import type { SweepOptions as Wanted, SweepReport } from '../../library/sweep-options.ts';
import { askYesNo, cannotAsk } from '../approval.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { follow } from '../library-call.ts';
import { openReader } from '../readers/open-reader.ts';
import { renderLeft, renderPlaces, renderReceipt } from '../text/receipt.ts';
import { renderFindings } from '../text/sweep.ts';
import type { DestroyOptions } from './destroy-all.ts';

export type SweepOptions = DestroyOptions & Omit<Wanted, keyof RunOptions | keyof DestroyOptions | 'approve'>;

/** `labtui cleanup --sweep`: looks through the clouds for what carries labtui's marker, and removes what nobody is to need any more. */
export async function sweep(context: CliContext, { autoApprove, fault, ...options }: SweepOptions): Promise<number> {
  const { json, quiet } = context.settings;
  const dryRun = options.dryRun === true;
  if (!dryRun && autoApprove !== true && (!context.interactive || json)) throw cannotAsk();
  // A dry run's JSON is one document: what goes on beside it is for people.
  const reader = await openReader(dryRun ? withoutJson(context) : context, { several: true });
  const approve = async (findings: SweepFindings): Promise<boolean> => {
    if (!json && !quiet) {
      reader.pause();
      context.err(renderFindings(findings, context.theme));
    }
    return autoApprove === true || askYesNo(context, 'Delete?');
  };
  try {
    const swept = await follow(sweepClouds({ ...around(context), ...options, faults: fault, approve }), reader);
    reader.pause();
    if (json) {
      if (dryRun && swept.findings !== null) context.out(`${JSON.stringify({ v: 1, ...swept.findings, exitCode: swept.exitCode }, null, 2)}\n`);
    } else say(context, swept, options);
    return swept.exitCode;
  } finally {
    reader.end();
  }
}

function say(context: CliContext, { findings, receipt, exitCode }: SweepReport, { dryRun, rehearse }: SweepOptions): void {
  if (findings !== null && (dryRun === true || receipt?.content.found === 0)) context.out(renderFindings(findings, context.theme));
  if (receipt !== null) {
    const { content, file } = receipt;
    const text = [renderReceipt(content), renderLeft(content), renderPlaces(content)].filter((part) => part !== '').join('\n');
    context.out(`${text}\n  receipt: labtui receipt --sweep${rehearse === true ? ' --rehearse' : ''}   ${context.theme.dim(file)}\n`);
  }
  if (exitCode === exitCodes.notApproved) context.err('  nothing was deleted\n');
}

function withoutJson(context: CliContext): CliContext {
  return { ...context, settings: { ...context.settings, json: false } };
}
