import { formatDuration } from '../../core/duration.ts';
import type { ReceiptEvent, ResultEvent } from '../../core/events.ts';
import type { CliContext } from '../context.ts';
import { renderLeft, renderParts, renderReceipt } from './receipt.ts';
import { renderTable } from './table.ts';

/** How the end of one session went. */
export interface Ended {
  readonly id: string;
  /** null: it was not begun before the user stopped. */
  readonly result: ResultEvent | null;
  readonly receipt: ReceiptEvent | null;
}

/** The last words about one session. */
export function closingWords(context: CliContext, { id, result, receipt }: Ended): void {
  const { theme } = context;
  if (result === null) return;
  if (result.ok && receipt === null) {
    context.out(`${theme.good(theme.glyphs.ready)} ${id} was gone already   receipt: labtui receipt ${id}\n`);
    return;
  }
  if (result.ok && receipt !== null) {
    context.out(`${theme.good(theme.glyphs.ready)} gone   ${renderReceipt(receipt)}   receipt: labtui receipt ${id}\n${lines(renderParts(receipt))}`);
    return;
  }
  context.err(`${theme.bad(theme.glyphs.failed)} ${id} is not gone (exit ${result.exitCode})\n`);
  if (receipt !== null) context.out(`${renderReceipt(receipt)}\n${lines(renderParts(receipt))}${renderLeft(receipt)}\n`);
  context.err(`  again: labtui destroy ${id}\n`);
}

/** The last words about several: one table, and what is left of those that are not gone. */
export function closingTable(context: CliContext, ended: readonly Ended[]): void {
  const { theme } = context;
  const number = (one: Ended, value: (receipt: ReceiptEvent) => number): string => (one.receipt === null ? theme.glyphs.dash : String(value(one.receipt)));
  const table = renderTable(
    ended,
    [
      { title: 'SESSION', value: ({ id }) => id },
      { title: 'END', value: (one) => endOf(one) },
      { title: 'FOUND', align: 'right', value: (one) => number(one, ({ found }) => found) },
      { title: 'DELETED', align: 'right', value: (one) => number(one, ({ deleted }) => deleted) },
      { title: 'LEFT', align: 'right', value: (one) => number(one, ({ left }) => left.length) },
      { title: 'TIME', align: 'right', value: ({ result }) => (result === null ? theme.glyphs.dash : formatDuration(result.durationMs)) },
    ],
    context.columns,
  );
  context.out(`${table}\n`);
  for (const { id, result, receipt } of ended) {
    if (result?.ok === true) continue;
    if (receipt !== null && receipt.left.length > 0) context.out(`${id}\n${renderLeft(receipt)}\n`);
  }
  const again = ended.filter(({ result }) => result?.ok !== true).map(({ id }) => id);
  if (again.length > 0) context.err(`  again: labtui destroy ${again.join(' ')}\n`);
}

function endOf({ result, receipt }: Ended): string {
  if (result === null) return 'not begun';
  if (result.ok) return receipt === null ? 'gone already' : 'gone';
  return `not gone (exit ${result.exitCode})`;
}

function lines(text: string): string {
  return text === '' ? '' : `${text}\n`;
}
