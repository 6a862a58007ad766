import { exitCodes, worstExitCode } from '../core/errors.ts';
import type { LabEvent, PlanEvent, ResultEvent } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { noHooks, type ReadyHooks } from '../core/ready-hooks.ts';
import { createStack, initStack, planStackRun, type StackCreation } from './create-stack.ts';
import { describeLab, type LabRequest } from './describe-lab.ts';
import type { OpenChoices } from './fall-through.ts';
import type { RefusedStack } from './look-up.ts';
import { orStopped } from './or-stopped.ts';
import type { LabPorts, SessionLock } from './ports.ts';
import { prepareSession } from './prepare-session.ts';
import { resumeSession } from './resume.ts';
import { reportEnd, type Run, startRun, stoppedExitCode } from './run.ts';
import type { SessionBook } from './session-book.ts';
import { settle } from './settle.ts';
import type { CreateContext } from './stack-run.ts';
import { withLimit } from './with-limit.ts';

export interface ApplyRequest {
  /** A new lab, or a session that exists and what to change in it. */
  readonly lab: LabRequest | { readonly session: string; readonly replan: LabRequest | null };
  readonly autoApprove: boolean;
  /** Stacks at work at the same time; null: all. */
  readonly parallelism: number | null;
  /** false: stop after the Terraform is written (synth). */
  readonly create: boolean;
  /** What each machine must do before the lab is ready. @default nothing */
  readonly hooks?: ReadyHooks;
  readonly sink: (event: LabEvent) => void;
  readonly signal: AbortSignal;
  /** Over the whole run; null: none. */
  readonly timeoutMs: number | null;
}

interface Prepared {
  readonly book: SessionBook;
  readonly stacks: readonly PinnedStack[];
  readonly refused: readonly RefusedStack[];
  readonly choices: Omit<OpenChoices, 'priceApproved'> | null;
  readonly lock: SessionLock;
  /** What to do with the directory when nothing was created after all. */
  readonly undo: 'discard' | 'archive' | 'keep';
}

/**
 * Makes a lab, or goes on with one: look up, write, plan, ask, apply, wait for SSH. Never rejects for an expected
 * failure: the result says how it ended and the session says what stands.
 */
export async function applyLab(request: ApplyRequest, ports: LabPorts): Promise<ResultEvent> {
  const run = startRun({ now: ports.now, origin: ports.origin, sink: request.sink, signal: request.signal, timeoutMs: request.timeoutMs });
  let prepared: Prepared | null = null;
  try {
    prepared = await prepare(request, ports, run);
    if (!request.create) {
      run.phase('synthesizing', 100, `written to ${prepared.book.paths.root}`);
      const codes = prepared.refused.map(({ exitCode }) => exitCode);
      return run.result({ exitCode: worstExitCode(codes), phase: 'synthesizing', hosts: [] });
    }
    return await createAll(prepared, request, ports, run);
  } catch (error) {
    const created = Object.values(prepared?.book.record.stacks ?? {}).some(({ applyStartedAt }) => applyStartedAt !== null);
    const ended = reportEnd(error, run, ports, {
      moment: created ? 'after-creation' : 'before-creation',
      sessionRoot: prepared?.book.paths.root ?? null,
    });
    const exitCode = run.signal.aborted && ended !== exitCodes.bug ? stoppedExitCode(run) : ended;
    run.phase('failed', 100, error instanceof Error ? error.message : 'failed');
    const result = run.result({ exitCode, phase: 'failed', hosts: [] });
    if (prepared !== null) await undoUntouched(prepared, ports, run);
    return result;
  } finally {
    await prepared?.lock.release();
  }
}

async function prepare(request: ApplyRequest, ports: LabPorts, run: Run): Promise<Prepared> {
  if ('session' in request.lab) return resumeSession(request.lab.session, request.lab.replan, ports, run);
  run.phase('validating', 2, 'profile, catalogue, credentials, image, prices');
  const { plan, plans, stacks, refused, key } = await orStopped(describeLab(request.lab, ports, run), run);
  const { book, rewrite } = await prepareSession({ plan, profile: request.lab.profile, stacks, key, ports, run, existing: false });
  const lock = await ports.sessions.lock(plan.id, 'apply', run.emit);
  const choices = { plan, plans, rewrite, maxHourly: request.lab.maxHourly };
  return { book, stacks, refused, choices, lock, undo: 'discard' };
}

async function createAll(prepared: Prepared, request: ApplyRequest, ports: LabPorts, run: Run): Promise<ResultEvent> {
  const { book, stacks, refused } = prepared;
  const choices = prepared.choices === null ? null : { ...prepared.choices, priceApproved: !request.autoApprove };
  const context = { ports, run, book, choices, hooks: request.hooks ?? noHooks };
  run.emit({ type: 'protection', ...book.record.protection });
  await book.enter('initializing');
  const initialized = await withLimit(stacks, request.parallelism, (stack) => initStack(stack, context));
  const early = stacks.map((stack, index) => ({ stack, outcome: initialized[index] ?? null }));
  const going = early.filter(({ outcome }) => outcome === null).map(({ stack }) => stack);
  const outcomes = new Map<string, StackCreation>(
    early.flatMap(({ stack, outcome }) => (outcome === null ? [] : [[stack.id, outcome] as const])),
  );

  if (!request.autoApprove && going.length > 0) {
    const approved = await planAndAsk(going, context, outcomes);
    if (approved === 'no') return notApproved(prepared, ports, run);
  }
  await book.enter('applying');
  const appliable = going.filter(({ id }) => !outcomes.has(id));
  await withLimit(appliable, request.parallelism, async (stack) => {
    outcomes.set(stack.id, await createStack(stack, context, !request.autoApprove));
  });
  const result = await settle({ book, stacks, refused, outcomes, ports, run });
  run.stopRecording();
  if (result.archive) await ports.sessions.archive(book.record.id);
  return result.event;
}

/** Plans every stack, shows the plans together, and asks once. */
async function planAndAsk(
  stacks: readonly PinnedStack[],
  context: CreateContext,
  outcomes: Map<string, StackCreation>,
): Promise<'yes' | 'no'> {
  const { ports, run, book } = context;
  await book.enter('planning');
  const plans: Record<string, PlanEvent> = {};
  await Promise.all(
    stacks.map(async (stack) => {
      const planned = await planStackRun(stack, context, true);
      if ('plan' in planned) plans[stack.id] = planned.plan;
      else outcomes.set(stack.id, planned.failed);
    }),
  );
  if (Object.keys(plans).length === 0) return 'yes';
  run.phase('awaiting-approval', 28, 'waiting for a yes');
  await book.enter('awaiting-approval');
  return (await ports.approve({ about: 'create', plans, session: book.record })) ? 'yes' : 'no';
}

async function notApproved(prepared: Prepared, ports: LabPorts, run: Run): Promise<ResultEvent> {
  run.phase('failed', 100, 'not approved');
  const exitCode = run.signal.aborted ? stoppedExitCode(run) : exitCodes.notApproved;
  const result = run.result({ exitCode, phase: 'failed', hosts: [] });
  await undoUntouched(prepared, ports, run);
  return result;
}

/** A session in which Terraform was never started to create something leaves no directory behind. */
async function undoUntouched({ book, undo }: Prepared, ports: LabPorts, run: Run): Promise<void> {
  const untouched = Object.values(book.record.stacks).every(
    ({ applyStartedAt, goneAt }) => applyStartedAt === null || goneAt !== null,
  );
  if (!untouched || undo === 'keep') return;
  run.stopRecording();
  if (undo === 'discard') await ports.sessions.discard(book.record.id);
  else await ports.sessions.archive(book.record.id);
}
