import { exitCodeOf, LabError, type Problem } from '../core/errors.ts';
import type { Host, Phase } from '../core/events.ts';
import { machineStackNamed } from '../core/machine-stack.ts';
import type { StackRecord } from '../core/session.ts';
import { listedNow } from './adopt-orphans.ts';
import { confirmDeadline } from './confirm-deadline.ts';
import { makeReady } from './make-ready.ts';
import { notReady } from './not-ready.ts';
import { updateProtection } from './protection-now.ts';
import type { Swap } from './replace-target.ts';
import { diagnosticOf } from './run.ts';
import type { SessionWork } from './session-work.ts';
import { planFile } from './stack-run.ts';
import { reportProblems, runTerraform, type StackOutcome } from './terraform-run.ts';
import { beginReplacement, trustAnew, undoReplacement, withoutReplacement } from './unfinished-replacement.ts';
import { recordHosts, waitForHosts } from './wait-ready.ts';
import { apart } from './without-deadline.ts';
import { keepFormer, type WrittenSwap } from './written-swap.ts';

/** How an approved swap ended; failures are reported already. */
export type SwapEnd =
  | { readonly kind: 'ready'; readonly hosts: readonly Host[]; readonly shellMs: number }
  /** `untouched`: the machines are those that stood before, and the record says so again. */
  | { readonly kind: 'failed'; readonly problem: Problem; readonly exitCode: number; readonly untouched: boolean }
  | { readonly kind: 'interrupted'; readonly untouched: boolean };

/** Applies a planned swap and waits for a shell on the machines. The intent is on disk before Terraform is started. */
export async function performSwap(swap: Swap, written: WrittenSwap, context: SessionWork): Promise<SwapEnd> {
  const { ports, run, book } = context;
  const { to, names } = swap;
  const startedMs = ports.now().getTime();
  const record = book.record.stacks[to.id];
  if (record === undefined) throw new Error(`no stack ${to.id}`);
  const unready = await makeReady(machineStackNamed(to, names[0] ?? ''), context, 'replacing', 26);
  if (unready !== null) {
    await keepFormer(to, context);
    if (unready.interrupted) return { kind: 'interrupted', untouched: true };
    reportProblems(run, to.id, [unready.problem]);
    return { kind: 'failed', problem: unready.problem, exitCode: exitCodeOf(unready.problem.kind, 'before-creation'), untouched: true };
  }
  const before = await machinesInState(swap, written, context);
  await beginReplacement(swap, written, context);
  const outcome = await apply(swap, context);
  if (!outcome.ok) {
    const same = before !== null && before === (await machinesInState(swap, written, context));
    const untouched = same && (!outcome.acted || (!outcome.interrupted && (await stillStand(swap, context))));
    return failed(swap, outcome, { record, untouched }, context);
  }

  const hosts = (await recordAnew(swap, 'waiting-for-ssh', context)).filter(({ name }) => names.includes(name));
  await trustAnew(to, context);
  run.phase('waiting-for-ssh', 76, names.join(', '), to.id);
  const [readiness] = await run.measure('ssh', () => Promise.all([waitForHosts(to, hosts, context), confirmDeadline(to, context)]));
  await updateProtection(context);
  if (readiness.ok) {
    await book.updateStack(to.id, (stack) => ({ ...withoutReplacement(stack), phase: 'ready' }));
    run.phase('ready', 100, readiness.hosts.map(({ name }) => `ssh ${name}`).join(' · '), to.id);
    return { kind: 'ready', hosts: readiness.hosts, shellMs: ports.now().getTime() - startedMs };
  }
  await book.updateStack(to.id, (stack) => ({ ...stack, phase: 'failed' }));
  if (readiness.interrupted && run.userSignal.aborted) return { kind: 'interrupted', untouched: false };
  const problem = notReady(readiness, 'ssh', book.record);
  reportProblems(run, to.id, [problem]);
  return { kind: 'failed', problem, exitCode: exitCodeOf(problem.kind, 'after-creation'), untouched: false };
}

/** `acted`: something was ordered of the cloud, or was about to be. */
interface SwapApply extends StackOutcome {
  readonly acted: boolean;
}

async function apply({ to, names }: Swap, { ports, run, book }: SessionWork): Promise<SwapApply> {
  let acted = false;
  await ports.ledger.note(to, ports.sessions.root);
  run.phase('replacing', 30, `${names.join(', ')}: the former goes, the new one comes`, to.id);
  const outcome = await run.measure('apply', () =>
    runTerraform(
      {
        ports,
        run,
        book,
        stackId: to.id,
        cloud: ports.cloud(to.cloud),
        onPlanned: () => {
          acted = true;
        },
        onProgress: (done, planned) => run.phase('replacing', 30 + Math.round(45 * (planned === 0 ? 0 : Math.min(1, done / planned))), `${done} of ${planned}`, to.id),
      },
      (call, terraform) => terraform.apply({ ...call, planFile }),
    ),
  );
  const { ofDeadline, others } = apart(outcome.problems);
  if (outcome.ok || outcome.interrupted || others.length > 0 || ofDeadline.length === 0) return { ...outcome, acted };
  // The machines are there; what the cloud's own deadline names is read back, and said where it does not hold.
  for (const problem of ofDeadline) run.emit(diagnosticOf(problem, 'warning'), to.id);
  return { ...outcome, acted, ok: true, problems: [] };
}

async function failed(swap: Swap, outcome: StackOutcome, { record, untouched }: { readonly record: StackRecord; readonly untouched: boolean }, context: SessionWork): Promise<SwapEnd> {
  const { run } = context;
  const { id } = swap.to;
  if (untouched) await undoReplacement(swap, record, context);
  else await recordAnew(swap, 'failed', context);
  if (outcome.interrupted && run.userSignal.aborted) return { kind: 'interrupted', untouched };
  const problem: Problem = outcome.problems[0] ?? (outcome.interrupted ? { kind: 'not-ready', summary: 'the time of --timeout is over', hint: 'a longer --timeout' } : { kind: 'conflict', summary: 'Terraform failed without saying why' });
  reportProblems(run, id, outcome.problems.length === 0 ? [problem] : outcome.problems);
  return { kind: 'failed', problem, exitCode: exitCodeOf(problem.kind, 'after-creation'), untouched };
}

/** Whether the cloud lists the machines still, as neither gone nor going; one that does not say so is not believed to. */
async function stillStand({ to, names }: Swap, context: SessionWork): Promise<boolean> {
  const ids = (context.book.record.stacks[to.id]?.hosts ?? []).flatMap(({ name, instanceId }) => (names.includes(name) ? [instanceId?.toLowerCase()] : []));
  const listed = await listedNow(to, context).catch((error: unknown) => {
    if (error instanceof LabError) return [];
    throw error;
  });
  return ids.every((id) => listed.some((one) => one.id.toLowerCase() === id));
}

/** What the state says of the machines, and nothing of what it said of the former: a cloud may give the new one the id of the old. */
async function recordAnew({ to, names }: Swap, phase: Phase, context: SessionWork): Promise<readonly Host[]> {
  const nowhere = { instanceId: null, publicIp: null, publicDns: null, privateIp: null, launchedAt: null, stage: null, reason: null, hostKeyFingerprint: null, hostKeyTrust: null };
  await context.book.updateStack(to.id, (stack) => ({ ...stack, phase, hosts: stack.hosts.map((host) => (names.includes(host.name) ? { ...host, ...nowhere } : host)) }));
  return recordHosts(to, context);
}

/** What the state has of the machines, as text to compare; null: not all of them are in it, or not whole. */
async function machinesInState({ to }: Swap, { addresses }: WrittenSwap, { ports, book }: SessionWork): Promise<string | null> {
  const state = await ports.readState(book.paths.state(to.id));
  const found = state.kind === 'ok' ? state.resources.filter(({ address }) => addresses.includes(address)) : [];
  return found.length < addresses.length || found.some(({ tainted }) => tainted) ? null : JSON.stringify(found);
}
