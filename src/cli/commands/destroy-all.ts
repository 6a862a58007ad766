import { exitCodes, LabError, worstExitCode } from '../../core/errors.ts';
import type { LabEvent, ReceiptEvent } from '../../core/events.ts';
import type { SessionRecord } from '../../core/session.ts';
import { withLimit } from '../../core/with-limit.ts';
import { destroySession } from '../../lab/destroy.ts';
import type { LabPorts } from '../../lab/ports.ts';
import { approver, cannotAsk } from '../approval.ts';
import { resultLine } from '../as-run.ts';
import type { CliContext } from '../context.ts';
import { originOf } from '../origin.ts';
import { usualParallelism } from '../parallelism.ts';
import { openReader } from '../readers/open-reader.ts';
import { isRehearsed, type RehearsalOptions, requireRehearsed, withPorts } from '../rehearsal/with-ports.ts';
import { openSessions } from '../sessions.ts';
import { closingTable, closingWords, type Ended } from '../text/ended.ts';
import { timeoutOf } from '../timeout.ts';

export interface DestroyOptions extends RehearsalOptions {
  readonly autoApprove?: boolean;
  readonly timeout?: string;
  /** Sessions at work at the same time. @default what the free memory has room for */
  readonly parallelism?: number;
  /** The clouds' own interfaces delete by tag. */
  readonly withoutTerraform?: boolean;
}

export type Target = Readonly<{ id: string; archived: boolean }>;

type KindOfTarget = Target & { readonly rehearsed: boolean };

/** Asks once for all, then ends them, several at once; the worst exit code of all. */
export async function destroyAll(context: CliContext, wanted: readonly Target[], options: DestroyOptions): Promise<number> {
  const targets = await kindsOf([...new Map(wanted.map((target) => [target.id, target])).values()], context, options);
  const live = targets.filter(({ archived }) => !archived);
  const mayAsk = context.interactive && !context.settings.json;
  if (live.length > 0 && options.autoApprove !== true && !mayAsk) throw cannotAsk();
  const reader = await openReader(context, { several: targets.length > 1 });
  const timeoutMs = timeoutOf(options.timeout);
  const approve = approver(context, reader);
  const startedMs = Date.now();
  try {
    if (live.length > 0 && options.autoApprove !== true && !(await approve({ about: 'destroy', sessions: await recordsOf(live, context) }))) {
      context.err('  nothing was destroyed\n');
      return exitCodes.notApproved;
    }
    const ended = await withBothPorts(context, { targets, options, approve }, (portsOf) =>
      withLimit(targets, options.parallelism ?? usualParallelism(), async (target): Promise<Ended> => {
        let receipt: ReceiptEvent | null = null;
        const sink = (event: LabEvent): void => {
          if (event.type === 'receipt') receipt = event;
          reader.take(event);
        };
        if (context.signal.aborted) return { id: target.id, result: null, receipt };
        const request = { id: target.id, archived: target.archived, sink, signal: context.signal, timeoutMs, withoutTerraform: options.withoutTerraform === true };
        const result = await destroySession(request, portsOf(target.rehearsed));
        return { id: target.id, result, receipt };
      }),
    );
    const exitCode = exitCodeOf(ended, context);
    reader.pause();
    if (context.settings.json) {
      // Of several the last line is the result of all.
      if (targets.length > 1) context.out(resultLine(exitCode, exitCode === exitCodes.done ? 'destroyed' : 'failed', Date.now() - startedMs, originOf(context)));
    } else if (targets.length === 1) {
      for (const one of ended) closingWords(context, one);
    } else {
      closingTable(context, ended);
    }
    return exitCode;
  } finally {
    reader.end();
  }
}

function exitCodeOf(ended: readonly Ended[], { signal }: CliContext): number {
  const codes = ended.flatMap(({ result }) => result?.exitCode ?? []);
  const stopped = codes.find((code) => code === exitCodes.interrupted || code === exitCodes.terminated);
  if (stopped !== undefined) return stopped;
  if (ended.some(({ result }) => result === null)) return signal.reason === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
  return worstExitCode(codes);
}

async function kindsOf(targets: readonly Target[], context: CliContext, options: DestroyOptions): Promise<readonly KindOfTarget[]> {
  const store = openSessions(context);
  const kinds: KindOfTarget[] = [];
  for (const { id, archived } of targets) {
    const rehearsed = await isRehearsed(store, id);
    if (!archived) requireRehearsed(id, rehearsed, options);
    kinds.push({ id, archived, rehearsed });
  }
  return kinds;
}

async function recordsOf(targets: readonly Target[], context: CliContext): Promise<readonly SessionRecord[]> {
  const store = openSessions(context);
  const records: SessionRecord[] = [];
  for (const { id } of targets) {
    // One that cannot be read is reported when its turn comes.
    const record = await store.load(id).catch(() => null);
    if (record !== null) records.push(record);
  }
  return records;
}

interface Wanted {
  readonly targets: readonly KindOfTarget[];
  readonly options: DestroyOptions;
  readonly approve: LabPorts['approve'];
}

/** The ports of real clouds and those of simulated ones, each opened once and only where a target wants them. */
async function withBothPorts<T>(context: CliContext, { targets, options, approve }: Wanted, work: (portsOf: (rehearsed: boolean) => LabPorts) => Promise<T>): Promise<T> {
  const open = (kinds: readonly boolean[], opened: ReadonlyMap<boolean, LabPorts>): Promise<T> => {
    const [rehearsed, ...others] = kinds;
    if (rehearsed === undefined) {
      return work((kind) => {
        const ports = opened.get(kind);
        if (ports === undefined) throw new LabError({ kind: 'internal', summary: 'these ports were not opened' });
        return ports;
      });
    }
    return withPorts(context, { rehearsed, options, approve }, (ports) => open(others, new Map([...opened, [rehearsed, ports]])));
  };
  return open([...new Set(targets.map((target) => target.rehearsed))], new Map());
}

