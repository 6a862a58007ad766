import type { Problem } from '../core/errors.ts';
import type { Host } from '../core/events.ts';
import type { Attempt } from '../core/next-attempt.ts';
import type { PinnedStack } from '../core/plan.ts';
import { attemptOf, fallThrough } from './fall-through.ts';
import { prepareState } from './prepare-state.ts';
import { type CreateContext, planFile, terraformOptions, ttlMsOf } from './stack-run.ts';
import { planEventOf, runTerraform, type StackOutcome } from './terraform-run.ts';
import { recordHosts } from './wait-ready.ts';
import { apart, dropRefusedDeadline, forgiven } from './without-deadline.ts';

export interface Applied {
  /** As it was tried last. */
  readonly stack: PinnedStack;
  /** null: asked to stop before Terraform was started. */
  readonly outcome: StackOutcome | null;
  readonly hosts: readonly Host[];
}

/**
 * Applies a stack; where its cloud has no room, again in another place or way that the profile leaves open, a few times at most. The
 * intent is on disk before Terraform is started, each time, and the hosts right after it ended, whatever the outcome.
 */
export async function applyStack(stack: PinnedStack, context: CreateContext, approvedPlan: boolean): Promise<Applied> {
  const { ports, run, choices } = context;
  const startedMs = ports.now().getTime();
  const report = rising(context, stack.id);
  let attempts: readonly [...Attempt[], Attempt] = [attemptOf(stack)];
  let current = stack;
  let first: Problem | null = null;
  for (let runs = 1; ; runs += 1) {
    const isFirst = runs === 1;
    const applied = await applyOnce(current, context, { approvedPlan: approvedPlan && isFirst, isFirst, report });
    if (applied === null) return { stack: current, outcome: applied, hosts: [] };
    const outcome = forgiven(applied, current, context);
    const hosts = await recordHosts(current, context);
    if (outcome.ok || outcome.interrupted) return { stack: current, outcome, hosts };
    const before = current;
    current = await dropRefusedDeadline(current, outcome.problems, context);
    const others = current === before ? outcome.problems : apart(outcome.problems).others;
    if (others.length === 0) continue;
    const problem = lackOfRoom(others);
    const next = problem === null || choices === null ? null : await fallThrough(current, problem, { ports, run, book: context.book, choices, attempts, startedMs });
    if (next === null || problem === null) return { stack: current, outcome: withFirst({ ...outcome, problems: others }, first), hosts };
    run.emit({ type: 'log', level: 'debug', message: problem.detail ?? problem.summary }, stack.id);
    first ??= problem;
    current = next;
    attempts = [...attempts, attemptOf(next)];
  }
}

interface Once {
  readonly approvedPlan: boolean;
  readonly isFirst: boolean;
  readonly report: (phase: 'planning' | 'applying', percent: number, message: string) => void;
}

async function applyOnce(stack: PinnedStack, context: CreateContext, { approvedPlan, isFirst, report }: Once): Promise<StackOutcome | null> {
  const { ports, run, book } = context;
  if (!approvedPlan) await prepareState(stack, context);
  if (run.signal.aborted) return null;
  await ports.ledger.note(stack, ports.sessions.root);
  await book.updateStack(stack.id, (record) => ({
    ...record,
    phase: 'applying',
    applyStartedAt: record.applyStartedAt ?? ports.now().toISOString(),
    goneAt: null,
  }));
  if (!isFirst) report('applying', 25, `again: ${stack.instanceType} in ${stack.zone}${stack.spot.enabled ? ', spot' : ''}`);
  else if (!approvedPlan) report('planning', 25, 'terraform plan');
  const outcome = await runTerraform(
    {
      ...terraformOptions(stack, context),
      onPlanned: (planned) => {
        if (!approvedPlan) run.emit(planEventOf(stack, planned, ttlMsOf(book)), stack.id);
        report('applying', 30, `${planned.add} resources to create`);
      },
      onProgress: (done, planned) => {
        const share = planned === 0 ? 0 : Math.min(1, done / planned);
        report('applying', 30 + Math.round(45 * share), `${done} of ${planned}`);
      },
    },
    (call, terraform) => terraform.apply({ ...call, planFile: approvedPlan ? planFile : null }),
  );
  const versions = await ports.terraform.providerVersions(book.paths.stack(stack.id));
  await book.update((record) => ({ ...record, versions: { ...record.versions, ...versions } }));
  return outcome;
}

/** Phases of one stack whose percentage never falls: a further attempt has fewer resources to make. */
function rising({ run }: CreateContext, stackId: string): Once['report'] {
  let reached = 0;
  return (phase, percent, message) => {
    reached = Math.max(reached, percent);
    run.phase(phase, reached, message, stackId);
  };
}

/** What another place or way would lift; null where something else went wrong as well. */
function lackOfRoom(problems: readonly Problem[]): Problem | null {
  const [lack] = problems.filter(({ holdsFor }) => holdsFor !== undefined);
  const alone = problems.every(({ holdsFor, code, kind }) => holdsFor !== undefined || (kind === 'conflict' && code === undefined));
  return lack !== undefined && alone ? lack : null;
}

/** What another attempt met besides says less than what made it necessary. */
function withFirst(outcome: StackOutcome, first: Problem | null): StackOutcome {
  const [last] = outcome.problems;
  return first === null || last?.kind === first.kind ? outcome : { ...outcome, problems: [first, ...outcome.problems] };
}
