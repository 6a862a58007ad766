import { LabError } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import { initIfNeeded } from './init-if-needed.ts';
import { planFile } from './stack-run.ts';
import { soundState } from './state-guard.ts';
import { type PlannedResources, reportProblems, runTerraform, type StackOutcome } from './terraform-run.ts';
import type { SessionWork } from './session-work.ts';

export type MovedInPlace = { readonly moved: true } | { readonly moved: false; readonly reason: string };

/**
 * Writes another deadline into a stack and applies that, if Terraform's plan changes what is there and nothing else: no machine is made
 * anew, stopped or forgotten for it. Otherwise the stack stays as it was written.
 */
export async function moveInPlace(stack: PinnedStack, { from, until }: { readonly from: string; readonly until: string }, context: SessionWork): Promise<MovedInPlace> {
  const { ports, run, book } = context;
  const module = await ports.cloud(stack.cloud).loadDeadline?.();
  if (module === undefined) return { moved: false, reason: `labtui cannot change it on ${ports.cloud(stack.cloud).facts.title}` };
  const file = `${book.paths.stack(stack.id)}/cdk.tf.json`;
  const options = { ports, run, book, stackId: stack.id, cloud: ports.cloud(stack.cloud) };
  let before: string;
  try {
    await soundState(stack.id, { ports, run, book });
    before = await ports.readFile(file);
  } catch (error) {
    return { moved: false, reason: reasonOf(error) };
  }
  await ports.writeFile(file, module.moveDeadline(before, { from, until, deadline: stack.cloudDeadline }));
  const [unprepared] = await initIfNeeded(stack, context);
  if (unprepared !== undefined) {
    await ports.writeFile(file, before);
    return { moved: false, reason: unprepared.summary };
  }
  const planned = await run.measure('plan', () => runTerraform(options, (call, terraform) => terraform.plan({ ...call, planFile })));
  if (!planned.ok) {
    await ports.writeFile(file, before);
    if (!planned.interrupted) reportProblems(run, stack.id, planned.problems);
    return { moved: false, reason: reasonIn(planned) };
  }
  const harm = beyondUpdates(planned.planned);
  if (harm !== null) {
    await ports.writeFile(file, before);
    return { moved: false, reason: harm };
  }
  const applied = await run.measure('apply', () => runTerraform(options, (call, terraform) => terraform.apply({ ...call, planFile })));
  if (applied.ok) return { moved: true };
  // Some of it is done: what is written is what a next extend, or apply, goes on with.
  reportProblems(run, stack.id, applied.problems);
  return { moved: false, reason: reasonIn(applied) };
}

function reasonIn({ interrupted, problems }: StackOutcome): string {
  return interrupted ? 'interrupted' : (problems[0]?.summary ?? 'Terraform failed');
}

/** What a plan would do beside changing what is there; null: nothing. */
function beyondUpdates({ resources }: PlannedResources): string | null {
  const others = resources.filter(({ action }) => action !== 'update');
  if (others.length === 0) return null;
  const shown = others.slice(0, 3).map(({ address, action }) => `${action} ${address}`).join(', ');
  return `the stack is not as it was made: Terraform would ${shown}${others.length > 3 ? ` and ${others.length - 3} more` : ''}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof LabError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return "the stack's cdk.tf.json is gone";
  throw error;
}
