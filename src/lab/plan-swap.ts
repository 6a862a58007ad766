import type { Problem } from '../core/errors.ts';
import type { PlanEvent } from '../core/events.ts';
import { machineStackNamed } from '../core/machine-stack.ts';
import { initIfNeeded } from './init-if-needed.ts';
import { prepareState } from './prepare-state.ts';
import { withCost } from './price-stacks.ts';
import type { Swap } from './replace-target.ts';
import type { SessionWork } from './session-work.ts';
import { planFile, ttlMsOf } from './stack-run.ts';
import { planEventOf, type PlannedResources, reportProblems, runTerraform } from './terraform-run.ts';
import { type WrittenSwap, writeSwap } from './written-swap.ts';

export type SwapPlan =
  | { readonly kind: 'planned'; readonly plan: PlanEvent; readonly written: WrittenSwap }
  /** Reported. What was planned is still written. */
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'interrupted' };

/**
 * Writes a swap and lets Terraform plan it into a file. Refused where the plan would make or remove anything but the machines: their
 * network, key and addresses are not for a replace to touch. Rejects with a LabError where stack or state cannot be worked with.
 */
export async function planSwap(swap: Swap, context: SessionWork): Promise<SwapPlan> {
  const { ports, run, book } = context;
  const { to, names } = swap;
  const written = await run.measure('synth', () => writeSwap(swap, context));
  const unprepared = await initIfNeeded(to, context);
  if (unprepared[0] !== undefined) return { kind: 'refused', problem: unprepared[0] };
  run.phase('planning', 20, 'terraform plan', to.id);
  await prepareState(to, context);
  const state = await ports.readState(book.paths.state(to.id));
  const known = state.kind === 'ok' ? state.resources.map(({ address }) => address) : [];
  const replace = written.addresses.filter((address) => known.includes(address));
  const outcome = await run.measure('plan', () =>
    runTerraform({ ports, run, book, stackId: to.id, cloud: ports.cloud(to.cloud) }, (call, terraform) => terraform.plan({ ...call, planFile, replace })),
  );
  if (outcome.interrupted) return { kind: 'interrupted' };
  const beyond = outcome.ok ? beyondMachines(outcome.planned, written.addresses) : null;
  const [problem] = beyond === null ? outcome.problems : [beyond];
  if (!outcome.ok || problem !== undefined) {
    reportProblems(run, to.id, beyond === null ? outcome.problems : [beyond]);
    return { kind: 'refused', problem: problem ?? { kind: 'conflict', summary: 'Terraform failed without saying why' } };
  }
  const machine = { ...machineStackNamed(to, names[0] ?? ''), cost: withCost(to).cost };
  const event = planEventOf(machine, outcome.planned, ttlMsOf(book));
  const plan: PlanEvent = { ...event, target: { ...event.target, count: names.length } };
  run.emit(plan, to.id);
  return { kind: 'planned', plan, written };
}

/** What a plan would make or remove beside the machines, or not make of them; null: it is as it should be. */
function beyondMachines({ resources }: PlannedResources, addresses: readonly string[]): Problem | null {
  const others = resources.filter(({ address, action }) => !addresses.includes(address) && action !== 'update');
  const made = resources.filter(({ address, action }) => addresses.includes(address) && (action === 'replace' || action === 'create'));
  if (others.length === 0 && made.length === addresses.length && made.length > 0) return null;
  const shown = others.slice(0, 4).map(({ address, action }) => `${action} ${address}`).join(', ');
  const summary =
    others.length > 0
      ? `Terraform would not only make the machine anew, but also ${shown}${others.length > 4 ? ` and ${others.length - 4} more` : ''}`
      : `Terraform would not make ${addresses.join(', ') || 'the machine'} anew`;
  return { kind: 'conflict', summary, hint: 'labtui verify SESSION   shows what is not as it was made' };
}
