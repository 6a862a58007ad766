import type { ReadyStep } from '../core/cloud.ts';
import { LabError, type Problem } from '../core/errors.ts';
import type { Phase } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { SessionWork } from './session-work.ts';

/** Why Terraform should not be started yet; nothing has been created. */
export type Unready = { readonly interrupted: true } | { readonly interrupted: false; readonly problem: Problem };

/** Has the stack's cloud fetch what Terraform would fetch without a word, each step a phase from `percent` on; null when it is all there. */
export async function makeReady(stack: PinnedStack, { ports, run }: SessionWork, phase: Phase, percent: number): Promise<Unready | null> {
  try {
    const onStep = (step: ReadyStep): void => run.phase(phase, percent + Math.round((step.percent ?? 0) / 25), step.message, stack.id);
    await ports.cloud(stack.cloud).makeReady?.(stack, onStep, run.signal);
    return run.signal.aborted ? { interrupted: true } : null;
  } catch (error) {
    if (run.signal.aborted) return { interrupted: true };
    if (!(error instanceof LabError)) throw error;
    return { interrupted: false, problem: error.problem };
  }
}
