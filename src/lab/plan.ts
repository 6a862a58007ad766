import { exitCodes, worstExitCode } from '../core/errors.ts';
import type { LabEvent, ResultEvent } from '../core/events.ts';
import { initStack, planStackRun, type StackCreation } from './create-stack.ts';
import { describeLab, type LabRequest } from './describe-lab.ts';
import { orStopped } from './or-stopped.ts';
import type { LabPorts } from './ports.ts';
import { prepareSession } from './prepare-session.ts';
import { reportEnd, startRun, stoppedExitCode } from './run.ts';

export interface PlanRequest {
  readonly lab: LabRequest;
  readonly sink: (event: LabEvent) => void;
  readonly signal: AbortSignal;
  /** Over the whole run; null: none. */
  readonly timeoutMs: number | null;
}

/**
 * What an apply would do and cost, by Terraform's own plan. `ports.sessions` must be a temporary store: its
 * directory is removed before this resolves.
 */
export async function planOnly(request: PlanRequest, ports: LabPorts): Promise<ResultEvent> {
  const run = startRun({ now: ports.now, origin: ports.origin, sink: request.sink, signal: request.signal, timeoutMs: request.timeoutMs });
  try {
    run.phase('validating', 2, 'profile, catalogue, credentials, image, prices');
    const { plan, stacks, refused, key } = await orStopped(describeLab(request.lab, ports, run), run);
    const { book } = await prepareSession({ plan, profile: request.lab.profile, stacks, key, ports, run, existing: false });
    run.emit({ type: 'protection', ...book.record.protection });
    const outcomes = await Promise.all(
      stacks.map(async (stack): Promise<StackCreation | null> => {
        const context = { ports, run, book, choices: null };
        const failed = await initStack(stack, context);
        if (failed !== null) return failed;
        const planned = await planStackRun(stack, context, false);
        return 'plan' in planned ? null : planned.failed;
      }),
    );
    run.stopRecording();
    await ports.sessions.discard(plan.id);
    if (run.signal.aborted) return run.result({ exitCode: stoppedExitCode(run), phase: 'failed', hosts: [] });
    const codes = outcomes.flatMap((outcome) => (outcome?.kind === 'failed' ? [outcome.exitCode] : []));
    const exitCode = worstExitCode([...refused.map((one) => one.exitCode), ...codes]);
    return run.result({ exitCode, phase: exitCode === exitCodes.done ? 'planning' : 'failed', hosts: [] });
  } catch (error) {
    const ended = reportEnd(error, run, ports, { moment: 'before-creation', sessionRoot: null });
    const exitCode = run.signal.aborted && ended !== exitCodes.bug ? stoppedExitCode(run) : ended;
    return run.result({ exitCode, phase: 'failed', hosts: [] });
  }
}
