import { LabError } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { LabPorts } from './ports.ts';
import type { Run } from './run.ts';
import type { SessionBook } from './session-book.ts';
import { planFile } from './stack-run.ts';
import { soundState } from './state-guard.ts';
import { type PlannedResources, reportProblems, runTerraform, type StackOutcome } from './terraform-run.ts';

interface Context {
  readonly ports: LabPorts;
  readonly run: Run;
  readonly book: SessionBook;
}

export type MovedInPlace = { readonly moved: true } | { readonly moved: false; readonly reason: string };

/**
 * Writes another deadline into a stack and applies that, if Terraform's plan changes what is there and nothing else: no machine is made
 * anew, stopped or forgotten for it. Otherwise the stack stays as it was written.
 */
export async function moveInPlace(stack: PinnedStack, { from, until }: { readonly from: string; readonly until: string }, context: Context): Promise<MovedInPlace> {
  const { ports, run, book } = context;
  const module = await ports.cloud(stack.cloud).loadDeadline?.();
  if (module === undefined) return { moved: false, reason: `labtui cannot change it on ${ports.cloud(stack.cloud).facts.title}` };
  const directory = book.paths.stack(stack.id);
  const file = `${directory}/cdk.tf.json`;
  const options = { ports, run, book, stackId: stack.id, cloud: ports.cloud(stack.cloud) };
  let before: string;
  try {
    await soundState(stack.id, { ports, run, book });
    before = await ports.readFile(file);
  } catch (error) {
    return { moved: false, reason: reasonOf(error) };
  }
  await ports.writeFile(file, module.moveDeadline(before, { from, until, deadline: stack.cloudDeadline }));
  if (!(await ports.terraform.isInitialized(directory))) {
    const initialized = await run.measure('init', () => runTerraform(options, (call, terraform) => terraform.init(call)));
    if (!initialized.ok) return undone(initialized);
  }
  const planned = await run.measure('plan', () => runTerraform(options, (call, terraform) => terraform.plan({ ...call, planFile })));
  if (!planned.ok) return undone(planned);
  const harm = beyondUpdates(planned.planned);
  if (harm !== null) {
    await ports.writeFile(file, before);
    return { moved: false, reason: harm };
  }
  const applied = await run.measure('apply', () => runTerraform(options, (call, terraform) => terraform.apply({ ...call, planFile })));
  if (applied.ok) return { moved: true };
  // Some of it is done: what is written is what a next extend, or apply, goes on with.
  reportProblems(run, stack.id, applied.problems);
  return { moved: false, reason: applied.interrupted ? 'interrupted' : (applied.problems[0]?.summary ?? 'Terraform failed') };

  async function undone(outcome: StackOutcome): Promise<MovedInPlace> {
    await ports.writeFile(file, before);
    if (!outcome.interrupted) reportProblems(run, stack.id, outcome.problems);
    return { moved: false, reason: outcome.interrupted ? 'interrupted' : (outcome.problems[0]?.summary ?? 'Terraform failed') };
  }
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
