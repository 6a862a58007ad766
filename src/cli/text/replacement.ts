import { machineStackNamed, distroLabel } from '../../core/machine-stack.ts';
import type { PinnedStack } from '../../core/plan.ts';
import type { SessionRecord } from '../../core/session.ts';
import type { PlannedReplacement } from '../../lab/ports.ts';
import type { Theme } from '../theme.ts';
import { money } from './money.ts';

/** What a yes to a replace would mean. */
export function renderReplacement(session: SessionRecord, swaps: readonly PlannedReplacement[], theme: Theme): string {
  const lines = swaps.flatMap(({ stack, hosts, from, to, hourlyBefore, plan }) => {
    const [first = ''] = hosts;
    const beside = plan.resources.filter(({ action }) => action === 'update');
    return [
      `  ${theme.bold(stack)}   ${hosts.join(', ')}`,
      `    is        ${machineText(machineStackNamed(from, first), theme)}`,
      `    becomes   ${machineText(machineStackNamed(to, first), theme)}`,
      `    replaced  ${plan.resources.filter(({ action }) => action !== 'update').map(({ address }) => address).join(', ')}, with its disk and what is on it`,
      ...(beside.length === 0 ? [] : [`    changed   ${beside.map(({ address }) => address).join(', ')}`]),
      `    cost      ${costChange(hourlyBefore, plan.hourlyCost, plan.currency)}`,
      '',
    ];
  });
  return ['', `  ${theme.bold(session.name)}   keeps its name, ssh alias, key, network and deadline`, '', ...lines].join('\n');
}

function machineText(stack: PinnedStack, theme: Theme): string {
  const { arch, instanceType, image, disk } = stack;
  return [distroLabel(stack), arch, instanceType, image.name ?? image.id, `${disk.sizeGb} GB`].join(` ${theme.glyphs.dot} `);
}

/** `0.0432 $ to 0.0610 $ per hour (+0.0178)`; amounts are list prices per hour. */
export function costChange(before: number | null, after: number | null, currency: string | null): string {
  if (before === null || after === null) return `${money(before, currency, 4)} to ${money(after, currency, 4)} per hour`;
  const change = Math.round((after - before) * 10_000) / 10_000;
  return change === 0 ? `${money(after, currency, 4)} per hour, as before` : `${money(before, currency, 4)} to ${money(after, currency, 4)} per hour (${change > 0 ? '+' : ''}${change.toFixed(4)})`;
}
