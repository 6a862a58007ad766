import type { CloudApi } from '../core/cloud.ts';
import { exitCodeOf, invalidInput, LabError, worstExitCode } from '../core/errors.ts';
import type { LabEvent, ResultEvent } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { confirmDeadline } from './confirm-deadline.ts';
import { orStopped } from './or-stopped.ts';
import type { LabPorts } from './ports.ts';
import { settlePhase } from './power.ts';
import { updateProtection } from './protection-now.ts';
import { refreshStack, requireSameAccount } from './refresh-stack.ts';
import { diagnosticOf, reportEnd, startRun, stoppedExitCode } from './run.ts';
import { openBook } from './session-book.ts';
import type { SessionWork } from './session-work.ts';
import { stackResults } from './stack-results.ts';

export interface RefreshRequest {
  /** Resolved, and not archived. */
  readonly id: string;
  readonly sink: (event: LabEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Asks the clouds how a session stands now, and writes that into it: the state, its machines and addresses, the clouds' own deadlines,
 * which layers hold. Also of machines that somebody stopped, started or removed by hand. Changes nothing in a cloud. Never rejects for
 * an expected failure: the rest of the session is brought up to date all the same.
 */
export async function refreshSession({ id, sink, signal }: RefreshRequest, ports: LabPorts): Promise<ResultEvent> {
  const run = startRun({ now: ports.now, origin: ports.origin, sink, signal, timeoutMs: null });
  run.about(id);
  try {
    const lock = await ports.sessions.lock(id, 'refresh', run.emit);
    try {
      const book = openBook(await ports.sessions.load(id), ports);
      run.recordTo(ports.sessions, id);
      await ports.rehearsal?.prepare(book.paths);
      const stacks = Object.values(book.record.stacks).filter(({ applyStartedAt, goneAt }) => applyStartedAt !== null && goneAt === null);
      if (stacks.length === 0) throw invalidInput(`nothing of ${id} exists in a cloud`, `labtui apply --session ${id}`);
      await ports.terraform.version();
      const context: SessionWork = { ports, run, book };
      const codes = new Map(await Promise.all(stacks.map(async ({ plan }) => [plan.id, await refreshOne(plan, context)] as const)));
      await settlePhase(book);
      await updateProtection(context);
      const exitCode = run.signal.aborted ? stoppedExitCode(run) : worstExitCode([...codes.values()]);
      const hosts = Object.values(book.record.stacks).flatMap((stack) => stack.hosts);
      return run.result({ exitCode, phase: book.record.phase, hosts, stacks: stackResults(book.record, codes), protectedBy: book.record.protection.by });
    } finally {
      await lock.release();
    }
  } catch (error) {
    const exitCode = reportEnd(error, run, ports, { moment: 'before-creation', sessionRoot: ports.sessions.paths(id).root });
    return run.result({ exitCode, phase: 'failed', hosts: [] });
  }
}

async function refreshOne(stack: PinnedStack, context: SessionWork): Promise<number> {
  const { ports, run } = context;
  let api: CloudApi | undefined;
  try {
    run.phase('planning', 20, 'asking the cloud how it stands', stack.id);
    api = await ports.cloud(stack.cloud).loadApi?.({ region: stack.region, settings: stack.settings, account: stack.account });
    if (api !== undefined) await orStopped(requireSameAccount(stack, api, context), run);
    const { problems } = await refreshStack(stack, api ?? null, context);
    if (problems.length === 0) await confirmDeadline(stack, context);
    return worstExitCode(problems.map(({ kind }) => exitCodeOf(kind, 'after-creation')));
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    if (run.signal.aborted) return stoppedExitCode(run);
    run.emit(diagnosticOf(error.problem), stack.id);
    return error.exitCode ?? exitCodeOf(error.problem.kind, 'before-creation');
  } finally {
    api?.close();
  }
}
