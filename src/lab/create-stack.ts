import type { Problem } from '../core/errors.ts';
import { exitCodeOf, LabError } from '../core/errors.ts';
import type { Host, PlanEvent } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { whyAsleep } from '../core/power.ts';
import { listedNow } from './adopt-orphans.ts';
import { applyStack } from './apply-stack.ts';
import { confirmDeadline } from './confirm-deadline.ts';
import { makeReady } from './make-ready.ts';
import { notReady } from './not-ready.ts';
import { updateProtection } from './protection-now.ts';
import { prepareState } from './prepare-state.ts';
import { type CreateContext, planFile, terraformOptions, ttlMsOf } from './stack-run.ts';
import { planEventOf, reportProblems, runTerraform, type StackOutcome } from './terraform-run.ts';
import { trustAnew, withoutReplacement } from './unfinished-replacement.ts';
import { waitForHooks } from './wait-hooks.ts';
import { waitForHosts } from './wait-ready.ts';

/** How a stack's creation ended; failures are reported already. */
export type StackCreation =
  | { readonly kind: 'ready'; readonly hosts: readonly Host[] }
  | { readonly kind: 'failed'; readonly exitCode: number; readonly problem: Problem }
  | { readonly kind: 'interrupted' };

/** Runs `terraform init`; null when it went well. */
export async function initStack(stack: PinnedStack, context: CreateContext): Promise<StackCreation | null> {
  context.run.phase('initializing', 18, 'terraform init', stack.id);
  const outcome = await context.run.measure('init', () =>
    runTerraform(terraformOptions(stack, context), (call, terraform) => terraform.init(call)),
  );
  if (outcome.ok) return null;
  return failure(stack, outcome, context, 'before-creation');
}

/** Plans into a file and reports it; the plan on success. */
export async function planStackRun(
  stack: PinnedStack,
  context: CreateContext,
  keep: boolean,
): Promise<{ readonly plan: PlanEvent } | { readonly failed: StackCreation }> {
  context.run.phase('planning', 25, 'terraform plan', stack.id);
  await prepareState(stack, context);
  const outcome = await context.run.measure('plan', () =>
    runTerraform(terraformOptions(stack, context), (call, terraform) =>
      terraform.plan({ ...call, planFile: keep ? planFile : null }),
    ),
  );
  if (!outcome.ok) return { failed: await failure(stack, outcome, context, 'before-creation') };
  const plan = planEventOf(stack, outcome.planned, ttlMsOf(context.book));
  context.run.emit(plan, stack.id);
  return { plan };
}

/** Creates a stack and waits for its machines. */
export async function createStack(stack: PinnedStack, context: CreateContext, approvedPlan: boolean): Promise<StackCreation> {
  const { run, book } = context;
  const unready = await makeReady(stack, context, 'applying', 26);
  if (unready !== null) return unready.interrupted ? { kind: 'interrupted' } : failure(stack, { interrupted: false, problems: [unready.problem] }, context, 'before-creation');
  const { stack: applied, outcome, hosts } = await run.measure('apply', () => applyStack(stack, context, approvedPlan));
  if (outcome === null) return { kind: 'interrupted' };
  if (!outcome.ok) return failure(applied, outcome, context, 'after-creation');

  await trustAnew(applied, context);
  run.phase('waiting-for-ssh', 76, hosts.length === 1 ? 'one machine' : `${hosts.length} machines`, stack.id);
  await book.updateStack(stack.id, (record) => ({ ...record, phase: 'waiting-for-ssh' }));
  const [reached] = await run.measure('ssh', () => Promise.all([waitForHosts(applied, hosts, context), confirmDeadline(applied, context)]));
  await updateProtection(context);
  const readiness = reached.ok ? await waitForHooks(applied, reached.hosts, context) : reached;
  if (readiness.ok) {
    await book.updateStack(stack.id, (record) => ({ ...withoutReplacement(record), phase: 'ready' }));
    run.phase('ready', 100, readiness.hosts.map(({ name }) => `ssh ${name}`).join(' · '), stack.id);
    return { kind: 'ready', hosts: readiness.hosts };
  }
  if (readiness.interrupted) return { kind: 'interrupted' };
  const problem = (await takenBack(applied, readiness.hosts, context)) ?? notReady(readiness, reached.ok ? 'hooks' : 'ssh', book.record);
  reportProblems(run, stack.id, [problem]);
  await book.updateStack(stack.id, (record) => ({ ...record, phase: 'failed' }));
  return { kind: 'failed', exitCode: exitCodeOf(problem.kind, 'after-creation'), problem };
}

/** A spot machine that does not answer because it is not there any more; null where it is, or the cloud does not say. */
async function takenBack(stack: PinnedStack, hosts: readonly Host[], context: CreateContext): Promise<Problem | null> {
  if (!stack.spot.enabled) return null;
  try {
    const listed = new Set((await listedNow(stack, context)).map(({ id }) => id.toLowerCase()));
    // One that is off by itself is on its way out of the listing.
    const gone = hosts.filter(({ instanceId, state }) => instanceId !== null && (whyAsleep(state) !== null || !listed.has(instanceId.toLowerCase())));
    if (gone.length === 0) return null;
    return {
      kind: 'preempted',
      summary: `the cloud took ${gone.length === 1 ? 'the spot machine' : `${gone.length} spot machines`} back before ${gone.length === 1 ? 'it was' : 'they were'} ready: ${gone.map(({ name }) => name).join(', ')}`,
      hint: 'labtui apply --session SESSION --no-spot   or again, later or in another --region',
      retryable: true,
    };
  } catch (error) {
    if (error instanceof LabError) return null;
    throw error;
  }
}

async function failure(
  stack: PinnedStack,
  outcome: Pick<StackOutcome, 'interrupted' | 'problems'>,
  { run, book }: CreateContext,
  moment: 'before-creation' | 'after-creation',
): Promise<StackCreation> {
  await book.updateStack(stack.id, (record) => ({ ...record, phase: 'failed' }));
  if (outcome.interrupted) return { kind: 'interrupted' };
  reportProblems(run, stack.id, outcome.problems);
  const problem = outcome.problems[0] ?? { kind: 'conflict', summary: 'Terraform failed without saying why' };
  run.phase('failed', 100, problem.summary, stack.id);
  return { kind: 'failed', exitCode: exitCodeOf(problem.kind, moment), problem };
}
