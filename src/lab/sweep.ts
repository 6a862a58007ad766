import { exitCodes } from '../core/errors.ts';
import type { LabEvent } from '../core/events.ts';
import type { SweepFindings, SweepReceipt } from '../core/sweep.ts';
import { orStopped } from './or-stopped.ts';
import { reportEnd, type Run, startRun, stoppedExitCode } from './run.ts';
import { deleteFound, relist } from './sweep-delete.ts';
import { type JudgedSession, lookAround, type SweepLook } from './sweep-look.ts';
import type { SweepScope } from './sweep-places.ts';
import type { SweepPorts } from './sweep-ports.ts';
import { sweepNumbers } from './sweep-receipt.ts';
import type { SweepRules } from './sweep-verdict.ts';
import { withLimit } from './with-limit.ts';

export interface SweepRequest {
  readonly scope: SweepScope;
  readonly rules: Omit<SweepRules, 'nowMs' | 'isOwn'>;
  /** Only looks. */
  readonly dryRun: boolean;
  /** Asked once, where anything is to go. */
  readonly confirm: (findings: SweepFindings) => Promise<boolean>;
  /** Sessions at work at the same time. */
  readonly parallelism: number;
  readonly sink: (event: LabEvent) => void;
  readonly signal: AbortSignal;
  /** Over the whole run; null: none. */
  readonly timeoutMs: number | null;
}

export interface Swept {
  readonly exitCode: number;
  /** null: it ended before everything was asked. */
  readonly findings: SweepFindings | null;
  /** null: nothing was to be done, or not to the end. */
  readonly receipt: { readonly content: SweepReceipt; readonly file: string } | null;
}

/**
 * Looks through the clouds for what carries labtui's marker, and removes what nobody is to need any more: through its session where that
 * is here and has its state, by the cloud's API where it has none. Exit code 7 where something of that is left, or where a place that
 * labtui has used, or that the user named, could not be asked.
 */
export async function sweep(request: SweepRequest, ports: SweepPorts): Promise<Swept> {
  const run = startRun({ now: ports.now, origin: ports.origin, sink: request.sink, signal: request.signal, timeoutMs: request.timeoutMs });
  const end = (exitCode: number, findings: SweepFindings | null = null, receipt: Swept['receipt'] = null): Swept => {
    run.result({ exitCode, phase: exitCode === exitCodes.done ? 'destroyed' : 'failed', hosts: [] });
    return { exitCode, findings, receipt };
  };
  try {
    const rules = { ...request.rules, nowMs: ports.now().getTime(), isOwn: ports.isOwn };
    const look = await orStopped(lookAround(request.scope, rules, { ports, run }), run);
    const { findings } = look;
    const unproved = findings.unasked.some(({ expected }) => expected);
    if (request.dryRun) return end(unproved ? exitCodes.leftBehind : exitCodes.done, findings);
    const targets = look.judged.filter(({ verdict }) => verdict.action !== 'spare');
    if (targets.length > 0 && !(await request.confirm(findings))) return end(exitCodes.notApproved, findings);
    return await removeAll(targets, look, { request, ports, run, unproved, end });
  } catch (error) {
    const ended = reportEnd(error, run, ports, { moment: 'before-creation', sessionRoot: null });
    return end(run.signal.aborted && ended !== exitCodes.bug ? stoppedExitCode(run) : ended);
  }
}

interface Removal {
  readonly request: SweepRequest;
  readonly ports: SweepPorts;
  readonly run: Run;
  readonly unproved: boolean;
  readonly end: (exitCode: number, findings: SweepFindings, receipt?: Swept['receipt']) => Swept;
}

async function removeAll(targets: readonly JudgedSession[], { findings, accounts }: SweepLook, { request, ports, run, unproved, end }: Removal): Promise<Swept> {
  const startedMs = ports.now().getTime();
  run.phase('destroying', 20, `${targets.length} ${targets.length === 1 ? 'lab' : 'labs'}`);
  const codes = await withLimit(targets, request.parallelism, (target) => remove(target, request, { ports, run }));
  if (run.signal.aborted) {
    run.emit({ type: 'log', level: 'warn', message: 'interrupted; what is left is found again by: labtui cleanup --sweep' });
    return end(stoppedExitCode(run), findings);
  }
  const going = findings.sessions.filter(({ action }) => action !== 'spare').flatMap(({ resources }) => resources);
  const again = await Promise.all(accounts.map((listed) => relist(listed, going, { ports, run })));
  const numbers = sweepNumbers(going, {
    left: again.flatMap(({ left }) => left),
    places: again.flatMap(({ places }) => places),
    complete: again.every(({ complete }) => complete),
    durationMs: ports.now().getTime() - startedMs,
  });
  const failed = unproved || numbers.left.length > 0 || numbers.verifiedBy.length === 0 || codes.some((code) => code !== exitCodes.done);
  const exitCode = codes.includes(exitCodes.bug) ? exitCodes.bug : failed ? exitCodes.leftBehind : exitCodes.done;
  const { type: _type, ...rest } = numbers;
  const content: SweepReceipt = { v: 1, ...findings, ...rest, time: ports.now().toISOString(), exitCode };
  const file = await ports.keepReceipt(content);
  run.emit(numbers);
  return end(exitCode, findings, { content, file });
}

async function remove(target: JudgedSession, { sink }: SweepRequest, { ports, run }: { readonly ports: SweepPorts; readonly run: Run }): Promise<number> {
  if (run.signal.aborted) return stoppedExitCode(run);
  const { verdict, known } = target;
  if (verdict.action !== 'destroy' || known === null) {
    await deleteFound(target, { ports, run });
    return exitCodes.done;
  }
  run.emit({ type: 'log', level: 'info', message: `${known.id}: destroying it from its state; ${verdict.why}` });
  return (await ports.destroy(known, sink, run.signal)).exitCode;
}
