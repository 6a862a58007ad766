import { exitCodes, LabError, worstExitCode } from '../core/errors.ts';
import type { Host, ReplacedStack } from '../core/events.ts';
import { hourlyCost } from '../core/cost.ts';
import { distroLabel, machineStackNamed } from '../core/machine-stack.ts';
import type { PinnedStack } from '../core/plan.ts';
import { performSwap, type SwapEnd } from './perform-swap.ts';
import { planSwap } from './plan-swap.ts';
import { withCost } from './price-stacks.ts';
import type { Swap } from './replace-target.ts';
import { diagnosticOf, stoppedExitCode } from './run.ts';
import type { SessionWork } from './session-work.ts';
import { keepFormer, type WrittenSwap } from './written-swap.ts';

/** What became of one stack in the end. */
export interface SwapResult {
  readonly replaced: ReplacedStack;
  readonly exitCode: number;
  /** Made anew and ready. */
  readonly hosts: readonly Host[];
}

/** Performs a swap; one that fails returns to what the machines were, where that is wanted. What stands in the end is said. */
export async function swapOrReturn(swap: Swap, written: WrittenSwap, context: SessionWork, rollback: boolean): Promise<SwapResult> {
  const { run, book } = context;
  const before = book.record.stacks[swap.to.id]?.plan ?? swap.from;
  const end = await performSwap(swap, written, context);
  const said = (outcome: ReplacedStack['outcome'], shellMs: number | null): ReplacedStack => ({ ...summaryOf(swap, before, context), outcome, shellMs });
  if (end.kind === 'ready') return { replaced: said('replaced', end.shellMs), exitCode: exitCodes.done, hosts: end.hosts };
  if (end.untouched) {
    run.phase('failed', 100, `nothing was changed: ${labelOf(before, swap.names)} stands as before`, swap.to.id);
    return { replaced: said('unchanged', null), exitCode: end.kind === 'failed' ? end.exitCode : stoppedExitCode(run), hosts: [] };
  }
  if (end.kind === 'interrupted') {
    sayWhatStands(swap, context, 'interrupted');
    return { replaced: said('broken', null), exitCode: stoppedExitCode(run), hosts: [] };
  }
  if (!rollback) {
    sayWhatStands(swap, context, 'left as it is (--no-rollback)');
    return { replaced: said('broken', null), exitCode: end.exitCode, hosts: [] };
  }
  const returned = await goBack(swap, end.problem.summary, context);
  if (returned?.kind === 'ready') {
    run.phase('ready', 100, `${labelOf(swap.from, swap.names)} again`, swap.to.id);
    return { replaced: said('returned', returned.shellMs), exitCode: end.exitCode, hosts: returned.hosts };
  }
  sayWhatStands(swap, context, `${labelOf(swap.from, swap.names)} could not be made again either`);
  const codes = returned?.kind === 'failed' ? [end.exitCode, returned.exitCode] : [end.exitCode];
  return { replaced: said('broken', null), exitCode: returned?.kind === 'interrupted' ? stoppedExitCode(run) : worstExitCode(codes), hosts: [] };
}

/** The former machines again, from the very image that was pinned; null: Terraform was not started for it, and why is reported. */
async function goBack({ names, from, to }: Swap, reason: string, { ports, run: stopped, book }: SessionWork): Promise<SwapEnd | null> {
  // The run's time may be over; going back has its own, until the user stops it.
  const context: SessionWork = { ports, book, run: { ...stopped, signal: stopped.userSignal } };
  const { run } = context;
  run.emit({ type: 'fallback', from: labelOf(to, names), to: labelOf(from, names), reason }, to.id);
  const back: Swap = { names, from, to: from };
  try {
    const planned = await planSwap(back, context);
    if (planned.kind === 'planned') return await performSwap(back, planned.written, context);
    await keepFormer(to, context);
    return planned.kind === 'interrupted' ? { kind: 'interrupted', untouched: true } : null;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    run.emit(diagnosticOf(error.problem), to.id);
    await keepFormer(to, context);
    return null;
  }
}

function sayWhatStands({ names, to, from }: Swap, { run, book }: SessionWork, why: string): void {
  const { id } = book.record;
  const hosts = (book.record.stacks[to.id]?.hosts ?? []).filter(({ name }) => names.includes(name));
  const machines = hosts.map(({ name, instanceId }) => (instanceId === null ? `${name} is gone` : `${name} is ${instanceId}, which is not ready`)).join(', ');
  run.phase('failed', 100, why, to.id);
  run.emit(
    diagnosticOf(
      {
        kind: 'not-ready',
        summary: `${why}; what stands: network, key and the rest of ${to.id}; ${machines}`,
        hint: `labtui apply --session ${id}   tries it again; labtui replace ${id} --distro ${labelOf(from, names)}   goes back; or labtui destroy ${id}`,
      },
      'warning',
    ),
    to.id,
  );
}

function summaryOf({ names, from, to }: Swap, before: PinnedStack, { book }: SessionWork): Omit<ReplacedStack, 'outcome' | 'shellMs'> {
  const after = book.record.stacks[to.id]?.plan ?? to;
  return {
    stack: to.id,
    hosts: names,
    from: labelOf(from, names),
    to: labelOf(to, names),
    hourlyBefore: hourlyOf(before),
    hourlyAfter: hourlyOf(after),
    currency: withCost(after).cost.currency,
  };
}

/** Per hour, of the whole stack; null: not known. */
export function hourlyOf(stack: PinnedStack): number | null {
  return hourlyCost(withCost(stack).cost);
}

/** `fedora@44`, of the first of some machines. */
export function labelOf(stack: PinnedStack, names: readonly string[]): string {
  return distroLabel(machineStackNamed(stack, names[0] ?? ''));
}
