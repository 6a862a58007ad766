import { exitCodes, worstExitCode } from '../../core/errors.ts';
import type { LabEvent, ReceiptEvent, ResultEvent } from '../../core/events.ts';
import type { SessionRecord } from '../../core/session.ts';
import { destroySession } from '../../lab/destroy.ts';
import { approver, cannotAsk } from '../approval.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { isRehearsed, type RehearsalOptions, requireRehearsed, withPorts } from '../rehearsal/with-ports.ts';
import { openReader } from '../readers/open-reader.ts';
import { openSessions } from '../sessions.ts';
import { renderLeft, renderParts, renderReceipt } from '../text/receipt.ts';
import { timeoutOf } from '../timeout.ts';

export interface DestroyOptions extends RehearsalOptions {
  readonly autoApprove?: boolean;
  readonly timeout?: string;
}

export type Target = Readonly<{ id: string; archived: boolean }>;

/** `labtui destroy S...`: ends sessions from their state, and proves it. */
export async function destroy(context: CliContext, references: readonly string[], options: DestroyOptions): Promise<number> {
  const store = openSessions(context);
  const targets: Target[] = [];
  for (const reference of references) targets.push(await store.resolve(reference, { archived: true }));
  if (references.length === 0) {
    const live = await store.list({ archived: false });
    const [only] = live;
    if (only === undefined || live.length > 1 || !context.interactive || context.settings.json) {
      throw new UsageError('destroy which session?', `labtui destroy SESSION${live.length > 0 ? `   one of: ${live.map(({ id }) => id).join(', ')}` : ''}`);
    }
    targets.push({ id: only.id, archived: false });
  }
  return destroyAll(context, targets, options);
}

/** Asks once for all, then ends them one after the other; the worst exit code of all. */
export async function destroyAll(context: CliContext, targets: readonly Target[], options: DestroyOptions): Promise<number> {
  const live = targets.filter(({ archived }) => !archived);
  const mayAsk = context.interactive && !context.settings.json;
  if (live.length > 0 && options.autoApprove !== true && !mayAsk) throw cannotAsk();
  const store = openSessions(context);
  const rehearsed = new Map<string, boolean>();
  for (const { id, archived } of targets) {
    rehearsed.set(id, await isRehearsed(store, id));
    if (!archived) requireRehearsed(id, rehearsed.get(id) === true, options);
  }
  const reader = await openReader(context);
  const timeoutMs = timeoutOf(options.timeout);
  const approve = approver(context, reader);
  try {
    if (live.length > 0 && options.autoApprove !== true) {
      const sessions: SessionRecord[] = [];
      for (const { id } of live) {
        // One that cannot be read is reported when its turn comes.
        const record = await store.load(id).catch(() => null);
        if (record !== null) sessions.push(record);
      }
      if (!(await approve({ about: 'destroy', sessions }))) {
        context.err('  nothing was destroyed\n');
        return exitCodes.notApproved;
      }
    }
    const codes: number[] = [];
    for (const target of targets) {
      let receipt: ReceiptEvent | null = null;
      const sink = (event: LabEvent): void => {
        if (event.type === 'receipt') receipt = event;
        reader.take(event);
      };
      const result = await withPorts(context, { rehearsed: rehearsed.get(target.id) === true, options, approve }, (ports) =>
        destroySession({ ...target, sink, signal: context.signal, timeoutMs }, ports),
      );
      codes.push(result.exitCode);
      if (!context.settings.json) {
        reader.pause();
        closingWords(context, target, result, receipt);
      }
      if (context.signal.aborted) break;
    }
    return codes.find((code) => code === exitCodes.interrupted || code === exitCodes.terminated) ?? worstExitCode(codes);
  } finally {
    reader.end();
  }
}

function closingWords(context: CliContext, { id }: Target, result: ResultEvent, receipt: ReceiptEvent | null): void {
  const { theme } = context;
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

function lines(text: string): string {
  return text === '' ? '' : `${text}\n`;
}
