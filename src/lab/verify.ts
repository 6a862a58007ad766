import { exitCodeOf, exitCodes, worstExitCode } from '../core/errors.ts';
import type { LabEvent } from '../core/events.ts';
import type { LabPorts } from './ports.ts';
import { type Run, startRun, stoppedExitCode } from './run.ts';
import { openBook } from './session-book.ts';
import type { Verdict } from './verdict.ts';
import { verifyArchivedStack, verifyStack } from './verify-stack.ts';
import type { SessionWork } from './session-work.ts';

export interface VerifyRequest {
  /** Resolved ids. */
  readonly id: string;
  readonly archived: boolean;
  readonly sink: (event: LabEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Holds a session's state against its clouds and changes neither: what drifted, what vanished, what nobody knows of. Of one that has
 * ended, whether anything is left. Exit code 9 where there is a difference, that of the problem where something could not be asked.
 */
export async function verifySession(request: VerifyRequest, ports: LabPorts): Promise<{ readonly verdict: Verdict; readonly exitCode: number }> {
  const run = startRun({ now: ports.now, origin: ports.origin, sink: request.sink, signal: request.signal, timeoutMs: null });
  run.about(request.id);
  const lock = request.archived ? null : await ports.sessions.lock(request.id, 'verify', run.emit);
  try {
    const book = openBook(await ports.sessions.load(request.id), ports);
    if (!request.archived) await ports.rehearsal?.prepare(book.paths);
    const context: SessionWork = { ports, run, book };
    const judge = request.archived ? verifyArchivedStack : verifyStack;
    const stacks = await Promise.all(Object.values(book.record.stacks).map(async ({ plan }) => [plan.id, await judge(plan, context)] as const));
    return outcomeOf(request, Object.fromEntries(stacks), run, ports.now());
  } finally {
    await lock?.release();
  }
}

function outcomeOf({ id, archived }: VerifyRequest, stacks: Verdict['stacks'], run: Run, now: Date): { readonly verdict: Verdict; readonly exitCode: number } {
  const each = Object.values(stacks);
  const differs = each.some(({ drifted, vanished, orphaned }) => drifted.length + vanished.length + orphaned.length > 0);
  const problems = each.flatMap((stack) => stack.problems);
  const verdict: Verdict = { session: id, time: now.toISOString(), archived, clean: !differs && problems.length === 0, stacks };
  if (run.signal.aborted) return { verdict, exitCode: stoppedExitCode(run) };
  if (differs) return { verdict, exitCode: exitCodes.differences };
  return { verdict, exitCode: worstExitCode(problems.map(({ kind }) => exitCodeOf(kind, 'before-creation'))) };
}
