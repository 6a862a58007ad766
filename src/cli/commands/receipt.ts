import { receipt as receiptOf, sweepReceipt } from '../../library/look.ts';
import type { KeptReceipt } from '../../library/look-options.ts';
import { openSessions } from '../../library/sessions.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { renderLeft, renderParts, renderPlaces, renderReceipt } from '../text/receipt.ts';

export interface ReceiptOptions {
  readonly sweep?: boolean;
  readonly rehearse?: boolean;
}

/** `labtui receipt S | --sweep`: what the last teardown of a session, or the last sweep, proved. */
export async function receipt(context: CliContext, reference: string | undefined, { sweep, rehearse }: ReceiptOptions): Promise<number> {
  if ((reference === undefined) === (sweep !== true)) throw new UsageError('whose receipt?', 'labtui receipt SESSION   or   labtui receipt --sweep');
  if (reference === undefined) return print(context, 'sweep', await sweepReceipt({ ...around(context), rehearse }));
  const { id } = await openSessions(context).resolve(reference, { archived: true });
  return print(context, id, await receiptOf(id, around(context)));
}

function print(context: CliContext, title: string, kept: KeptReceipt): number {
  if (context.settings.json) {
    context.out(`${JSON.stringify(kept, null, 2)}\n`);
    return 0;
  }
  const rows = Object.entries(kept.byType).map(([type, { found, deleted, left }]) => `  ${type.padEnd(40)} ${found} found, ${deleted} deleted, ${left} left`);
  const parts = [`${title}   ${kept.time}`, renderReceipt(kept), title === 'sweep' ? '' : renderParts(kept), ...rows, renderLeft(kept), renderPlaces(kept)];
  context.out(`${parts.filter((part) => part !== '').join('\n')}\n`);
  return 0;
}
