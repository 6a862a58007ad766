import type { PlanEvent } from '../../core/events.ts';
import { formatDuration } from '../../core/duration.ts';
import { leftOpen } from '../../core/protection.ts';
import { totalCosts } from '../../core/total-cost.ts';
import type { SessionRecord } from '../../core/session.ts';
import type { Question } from '../../lab/ports.ts';
import type { Theme } from '../theme.ts';
import { renderReplacement } from './replacement.ts';
import { besideMachines, priceSource } from './cost.ts';
import { money } from './money.ts';
import { renderTable } from './table.ts';

/** What a yes would mean. */
export function renderQuestion(question: Question, theme: Theme, width: number): string {
  switch (question.about) {
    case 'create':
      return renderCreation(question.session, question.plans, theme, width);
    case 'replace':
      return renderReplacement(question.session, question.swaps, theme);
    case 'destroy':
      return renderDestruction(question.sessions, theme);
  }
}

function renderCreation(session: SessionRecord, plans: Readonly<Record<string, PlanEvent>>, theme: Theme, width: number): string {
  const { dot } = theme.glyphs;
  const rows = Object.entries(plans);
  const ttlMs = session.expiresAt === null ? null : Date.parse(session.expiresAt) - Date.parse(session.createdAt);
  const distros = [...new Set(rows.map(([, { target }]) => `${target.distro} ${dot} ${target.arch}`))].join(', ');
  const table = renderTable(
    rows,
    [
      { title: 'cloud', value: ([stack]) => stack },
      { title: 'type', value: ([, { target }]) => `${target.count > 1 ? `${target.count} x ` : ''}${target.instanceType}${target.spot ? ' spot' : ''}` },
      { title: 'zone', value: ([, { target }]) => target.zone },
      { title: 'per hour', align: 'right', value: ([, plan]) => money(plan.hourlyCost, plan.currency, 4) },
      { title: 'until TTL', align: 'right', value: ([, plan]) => (plan.costUntilTtl === null ? theme.glyphs.dash : money(plan.costUntilTtl, plan.currency)) },
      { title: 'per month', align: 'right', value: ([, { monthlyCost = null, currency }]) => (monthlyCost === null ? theme.glyphs.dash : money(monthlyCost, currency)) },
      { title: 'image', value: ([, { target }]) => target.imageName ?? target.imageId },
    ],
    width - 4,
  );
  const adds = rows.reduce((sum, [, { add }]) => sum + add, 0);
  const others = rows.reduce((sum, [, plan]) => sum + plan.change + plan.destroy, 0);
  const reach = [...new Set(rows.flatMap(([, { target }]) => target.allowFrom))].join(', ');
  const protection = session.protection.by.length === 0 ? theme.warn('protected by nothing') : `protected by ${session.protection.by.join(', ')}`;
  return [
    '',
    `  ${theme.bold(session.name)}   ${distros} ${dot} ${ttlMs === null ? theme.warn('no TTL') : formatDuration(ttlMs)}`,
    '',
    ...table.split('\n').map((line, index) => `  ${index === 0 ? theme.dim(line) : line}`),
    ...costLines(rows, theme),
    `  reachable from ${reach} only ${dot} ${protection} ${dot} ${adds} resources will be created${others > 0 ? `, ${others} changed or destroyed` : ''}`,
    ...leftOpen(session.protection).map((reason) => theme.warn(`  ${theme.glyphs.attention} ${reason}`)),
    '',
  ].join('\n');
}

/** What the table does not say: the sums, where its prices are from, and what is not in them. */
function costLines(rows: readonly (readonly [string, PlanEvent])[], theme: Theme): readonly string[] {
  const sums = rows.length < 2 ? [] : totalCosts(rows.map(([, plan]) => plan));
  const sources = [...new Set(rows.flatMap(([, plan]) => (plan.hourlyCost === null ? [] : [priceSource(plan)])))];
  return [
    ...sums.map(({ currency, hourly, untilTtl, monthly, isPartial }) => {
      const until = untilTtl === null ? '' : `, ${money(untilTtl, currency)} until TTL`;
      const month = monthly === null ? '' : `, ${money(monthly, currency)} a month if forgotten`;
      return `  together ${isPartial ? 'at least ' : ''}${money(hourly, currency, 4)} per hour${until}${month}`;
    }),
    ...(sources.length === 0 ? [] : [theme.dim(`  with disks and addresses, ${sources.join('; ')}`)]),
    ...rows.flatMap(([stack, plan]) => {
      const open = plan.hourlyCost === null ? 'price' : besideMachines(plan);
      return open === '' ? [] : [theme.warn(`  ${theme.glyphs.attention} ${stack}: ${open} unknown, in no sum`)];
    }),
  ];
}

function renderDestruction(sessions: readonly SessionRecord[], theme: Theme): string {
  const lines = sessions.flatMap((session) => [
    `  ${theme.bold(session.name)}   ${session.id}   ${session.phase}`,
    ...Object.values(session.stacks).flatMap(({ plan, hosts }) =>
      hosts.map((host) => `    ${plan.id}  ${host.name}  ${host.instanceId ?? 'no machine'}  ${host.publicIp ?? ''}`.trimEnd()),
    ),
  ]);
  return ['', `  This goes for good, with every disk of it:`, '', ...lines, ''].join('\n');
}
