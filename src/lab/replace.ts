import { exitCodeOf, exitCodes, invalidInput, LabError, worstExitCode } from '../core/errors.ts';
import type { LabEvent, ResultEvent } from '../core/events.ts';
import { machinesToReplace } from './machines-to-replace.ts';
import { mendSession } from './mend-session.ts';
import { orStopped } from './or-stopped.ts';
import { planSwap, type SwapPlan } from './plan-swap.ts';
import type { LabPorts, PlannedReplacement } from './ports.ts';
import { lookUpTarget, type Swap, type Wanted } from './replace-target.ts';
import { afterReplace, replacedProfile } from './replaced-session.ts';
import { diagnosticOf, reportEnd, startRun, stoppedExitCode } from './run.ts';
import { openBook } from './session-book.ts';
import type { SessionWork } from './session-work.ts';
import { settleEarlier } from './stack-teardown.ts';
import { hourlyOf, labelOf, swapOrReturn } from './swap-or-return.ts';
import { settleRewriting } from './unfinished-replacement.ts';
import { keepFormer, type WrittenSwap } from './written-swap.ts';

export interface ReplaceRequest {
  /** Resolved. */
  readonly id: string;
  readonly archived: boolean;
  readonly wanted: Wanted;
  /** null: all that stand. */
  readonly stack: string | null;
  /** Name of one machine; null: all. */
  readonly host: string | null;
  /** A failed replacement returns to the former distribution. */
  readonly rollback: boolean;
  readonly autoApprove: boolean;
  readonly sink: (event: LabEvent) => void;
  readonly signal: AbortSignal;
  /** Over the whole run but for a return; null: none. */
  readonly timeoutMs: number | null;
}

/**
 * Makes a session's machines something else: another distribution, size, image. Session, names, aliases, login key, network and deadline
 * stay. Looks up, plans, asks, swaps, waits for the shell. Never rejects for an expected failure: the result says what runs now.
 */
export async function replaceMachines(request: ReplaceRequest, ports: LabPorts): Promise<ResultEvent> {
  const { id } = request;
  const run = startRun({ now: ports.now, origin: ports.origin, sink: request.sink, signal: request.signal, timeoutMs: request.timeoutMs });
  run.about(id);
  try {
    if (request.archived) throw invalidInput(`${id} is gone already`, 'labtui list   shows what is there');
    const lock = await ports.sessions.lock(id, 'replace', run.emit);
    try {
      const record = await ports.sessions.load(id);
      run.recordTo(ports.sessions, id);
      for (const event of await mendSession(id, ports.sessions)) run.emit(event);
      const book = openBook(record, ports);
      await ports.rehearsal?.prepare(book.paths);
      return await replaceAll(request, { ports, run, book });
    } finally {
      await lock.release();
    }
  } catch (error) {
    const ended = reportEnd(error, run, ports, { moment: 'before-creation', sessionRoot: ports.sessions.paths(id).root });
    const exitCode = run.signal.aborted && ended !== exitCodes.bug ? stoppedExitCode(run) : ended;
    return run.result({ exitCode, phase: 'failed', hosts: [] });
  }
}

async function replaceAll(request: ReplaceRequest, context: SessionWork): Promise<ResultEvent> {
  const { ports, run, book } = context;
  const { id, expiresAt } = book.record;
  run.phase('validating', 2, 'distribution, image, type and price');
  if (expiresAt !== null && Date.parse(expiresAt) <= ports.now().getTime()) {
    throw new LabError({ kind: 'conflict', summary: `${id} has passed its deadline (${expiresAt})`, hint: `labtui extend ${id} 2h   first, or: labtui destroy ${id}` });
  }
  const chosen = machinesToReplace(book.record, request);
  for (const { stack } of chosen) if (!(await settleEarlier(stack.plan, context))) return run.result({ exitCode: stoppedExitCode(run), phase: 'failed', hosts: [] });
  await settleRewriting(book.record, context);
  await ports.terraform.version();
  const targets = await orStopped(run.measure('lookup', () => Promise.all(chosen.map((machines) => lookUpTarget(machines, request.wanted, book.record, context)))), run);
  const swaps = targets.filter((swap) => swap !== null);
  if (swaps.length === 0) {
    run.emit({ type: 'log', level: 'warn', message: `${id} is that already: nothing to do (another image of it: --image)` });
    return run.result({ exitCode: exitCodes.done, phase: book.record.phase, hosts: [], replaced: [] });
  }
  const planned = await planAll(swaps, context);
  if ('exitCode' in planned) return run.result({ exitCode: planned.exitCode, phase: 'failed', hosts: [] });
  const approved = request.autoApprove || (await ask(planned.swaps, swaps, context).catch(async (error: unknown) => {
    await undo(swaps, context);
    throw error;
  }));
  if (!approved || run.signal.aborted) {
    await undo(swaps, context);
    run.phase('failed', 100, 'not approved: nothing was changed');
    return run.result({ exitCode: run.signal.aborted ? stoppedExitCode(run) : exitCodes.notApproved, phase: 'failed', hosts: [] });
  }
  const profile = replacedProfile(book.record, swaps, request.wanted);
  await book.enter('replacing');
  const results = await Promise.all(swaps.map((swap, index) => swapOrReturn(swap, writtenOf(planned.swaps, index), context, request.rollback)));
  return afterReplace(results, profile, context);
}

interface Planned {
  readonly swap: PlannedReplacement;
  readonly written: WrittenSwap;
}

/** All stacks' plans; where one is refused, all is as it was. */
async function planAll(swaps: readonly Swap[], context: SessionWork): Promise<{ readonly swaps: readonly Planned[] } | { readonly exitCode: number }> {
  const { run, book } = context;
  const hourly = new Map(swaps.map(({ to }) => [to.id, hourlyOf(book.record.stacks[to.id]?.plan ?? to)]));
  for (const { names, from, to } of swaps) {
    run.emit({ type: 'log', level: 'info', message: `${names.join(', ')}: ${labelOf(from, names)} to ${labelOf(to, names)}, per hour ${costText(hourly.get(to.id) ?? null)} to ${costText(hourlyOf(to))}` }, to.id);
  }
  const plans = await Promise.all(
    swaps.map((swap) =>
      planSwap(swap, context).catch((error: unknown): SwapPlan => {
        if (!(error instanceof LabError)) throw error;
        run.emit(diagnosticOf(error.problem), swap.to.id);
        return { kind: 'refused', problem: error.problem };
      }),
    ),
  );
  const done = plans.flatMap((plan, index): readonly Planned[] => {
    const swap = swaps[index];
    if (plan.kind !== 'planned' || swap === undefined) return [];
    const { to, from, names } = swap;
    return [{ written: plan.written, swap: { stack: to.id, hosts: names, from, to, hourlyBefore: hourly.get(to.id) ?? null, plan: plan.plan } }];
  });
  if (done.length === swaps.length) return { swaps: done };
  await undo(swaps, context);
  if (plans.some(({ kind }) => kind === 'interrupted')) return { exitCode: stoppedExitCode(run) };
  return { exitCode: worstExitCode(plans.flatMap((plan) => (plan.kind === 'refused' ? [exitCodeOf(plan.problem.kind, 'before-creation')] : []))) };
}

function ask(planned: readonly Planned[], swaps: readonly Swap[], { ports, run, book }: SessionWork): Promise<boolean> {
  run.phase('awaiting-approval', 28, `waiting for a yes to ${swaps.length === 1 ? 'it' : 'them'}`);
  return ports.approve({ about: 'replace', session: book.record, swaps: planned.map(({ swap }) => swap) });
}

async function undo(swaps: readonly Swap[], context: SessionWork): Promise<void> {
  for (const { to } of swaps) await keepFormer(to, context);
}

function writtenOf(planned: readonly Planned[], index: number): WrittenSwap {
  const written = planned[index]?.written;
  if (written === undefined) throw new Error('a swap that was not planned');
  return written;
}

function costText(hourly: number | null): string {
  return hourly === null ? 'an unknown price' : hourly.toFixed(4);
}
