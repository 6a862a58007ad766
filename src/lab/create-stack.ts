import type { Problem } from '../core/errors.ts';
import { exitCodeOf, LabError } from '../core/errors.ts';
import type { Host, PlanEvent } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { adoptOrphans, listedNow } from './adopt-orphans.ts';
import type { LabPorts } from './ports.ts';
import type { Run } from './run.ts';
import type { SessionBook } from './session-book.ts';
import { soundState } from './state-guard.ts';
import { planEventOf, reportProblems, runTerraform, type StackOutcome } from './terraform-run.ts';
import { recordHosts, waitForHosts } from './wait-ready.ts';

export interface CreateContext {
  readonly ports: LabPorts;
  readonly run: Run;
  readonly book: SessionBook;
}

/** Name of the saved plan in the stack's directory; it holds user data, is 0600, and goes when the session is archived. */
export const planFile = 'labtui.tfplan';

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
  await soundState(stack.id, context);
  if (context.book.record.stacks[stack.id]?.applyStartedAt !== null) await adoptOrphans(stack, context);
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

/**
 * Creates a stack and waits for its machines. The intent is on disk before Terraform is started, the hosts
 * right after it ended, whatever the outcome.
 */
export async function createStack(
  stack: PinnedStack,
  context: CreateContext,
  approvedPlan: boolean,
): Promise<StackCreation> {
  const { ports, run, book } = context;
  if (!approvedPlan) await soundState(stack.id, context);
  if (book.record.stacks[stack.id]?.applyStartedAt !== null && !approvedPlan) await adoptOrphans(stack, context);
  if (run.signal.aborted) return { kind: 'interrupted' };
  await book.updateStack(stack.id, (record) => ({
    ...record,
    phase: 'applying',
    applyStartedAt: record.applyStartedAt ?? ports.now().toISOString(),
    goneAt: null,
  }));
  if (!approvedPlan) run.phase('planning', 25, 'terraform plan', stack.id);
  const outcome = await run.measure('apply', () =>
    runTerraform(
      {
        ...terraformOptions(stack, context),
        onPlanned: (planned) => {
          if (!approvedPlan) run.emit(planEventOf(stack, planned, ttlMsOf(book)), stack.id);
          run.phase('applying', 30, `${planned.add} resources to create`, stack.id);
        },
        onProgress: (done, planned) => {
          const share = planned === 0 ? 0 : Math.min(1, done / planned);
          run.phase('applying', 30 + Math.round(45 * share), `${done} of ${planned}`, stack.id);
        },
      },
      (call, terraform) => terraform.apply({ ...call, planFile: approvedPlan ? planFile : null }),
    ),
  );
  const versions = await ports.terraform.providerVersions(book.paths.stack(stack.id));
  await book.update((record) => ({ ...record, versions: { ...record.versions, ...versions } }));
  const hosts = await recordHosts(stack, context);
  if (!outcome.ok) return failure(stack, outcome, context, 'after-creation');

  run.phase('waiting-for-ssh', 76, hosts.length === 1 ? 'one machine' : `${hosts.length} machines`, stack.id);
  await book.updateStack(stack.id, (record) => ({ ...record, phase: 'waiting-for-ssh' }));
  const readiness = await run.measure('ssh', () => waitForHosts(stack, hosts, context));
  if (readiness.ok) {
    await book.updateStack(stack.id, (record) => ({ ...record, phase: 'ready' }));
    run.phase('ready', 100, readiness.hosts.map(({ name }) => `ssh ${name}`).join(' · '), stack.id);
    return { kind: 'ready', hosts: readiness.hosts };
  }
  if (readiness.interrupted) return { kind: 'interrupted' };
  const problem = (await takenBack(stack, readiness.hosts, context)) ?? {
    kind: 'not-ready',
    summary: readiness.reasons[0] ?? 'the machine was not ready in time',
    detail: readiness.reasons.slice(1).join('\n') || undefined,
    hint: `a longer wait: ssh.timeout, now ${Math.round(book.record.ssh.timeoutMs / 1_000)} s`,
  };
  reportProblems(run, stack.id, [problem]);
  await book.updateStack(stack.id, (record) => ({ ...record, phase: 'failed' }));
  return { kind: 'failed', exitCode: exitCodeOf(problem.kind, 'after-creation'), problem };
}

/** A spot machine that does not answer because it is not there any more; null where it is, or the cloud does not say. */
async function takenBack(stack: PinnedStack, hosts: readonly Host[], context: CreateContext): Promise<Problem | null> {
  if (!stack.spot.enabled) return null;
  try {
    const listed = new Set((await listedNow(stack, context)).map(({ id }) => id.toLowerCase()));
    const gone = hosts.filter(({ instanceId }) => instanceId !== null && !listed.has(instanceId.toLowerCase()));
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
  outcome: StackOutcome,
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

function terraformOptions(stack: PinnedStack, { ports, run, book }: CreateContext) {
  return { ports, run, book, stackId: stack.id, cloud: ports.cloud(stack.cloud) };
}

function ttlMsOf({ record }: SessionBook): number | null {
  return record.expiresAt === null ? null : Date.parse(record.expiresAt) - Date.parse(record.createdAt);
}
