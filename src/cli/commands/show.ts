import { formatDuration } from '../../core/duration.ts';
import { hourlyCost } from '../../core/cost.ts';
import type { PinnedStack } from '../../core/plan.ts';
import type { SessionRecord } from '../../core/session.ts';
import { withCost } from '../../lab/price-stacks.ts';
import type { CliContext } from '../context.ts';
import { openSessions } from '../sessions.ts';
import { unknownPart } from '../text/cost.ts';
import { money } from '../text/money.ts';

/** `labtui show S`: one session as session.json has it. */
export async function show(context: CliContext, reference: string): Promise<number> {
  const store = openSessions(context);
  const { id, archived } = await store.resolve(reference, { archived: true });
  const record = await store.load(id);
  const { root } = store.paths(id);
  if (context.settings.json) {
    const protectedBy = record.protection.by;
    context.out(`${JSON.stringify({ ...record, protectedBy, archived, directory: root }, null, 2)}\n`);
    return 0;
  }
  context.out(`${render(record, archived, root, context)}\n`);
  return 0;
}

function render(record: SessionRecord, archived: boolean, directory: string, { theme }: CliContext): string {
  const leftMs = record.expiresAt === null ? null : Date.parse(record.expiresAt) - Date.now();
  const field = (name: string, value: string): string => `  ${name.padEnd(13)} ${value}`;
  const lines = [
    `${theme.bold(record.name)}   ${record.id}`,
    field('state', `${record.phase}${archived ? ' (archived)' : ''}`),
    field('made', `${record.createdAt} by ${record.owner}`),
    field('ends', leftMs === null ? 'never: it has no TTL' : `${record.expiresAt ?? ''} (${leftMs > 0 ? `${formatDuration(leftMs)} left` : `${formatDuration(-leftMs)} ago`})`),
    field('protected by', record.protection.by.join(', ') || 'nothing'),
    ...record.protection.missing.map(({ layer, reason }) => field('', theme.dim(`${record.protection.by.includes(layer) ? '' : 'not by '}${layer}: ${reason}`))),
  ];
  for (const { plan, phase, hosts, goneAt } of Object.values(record.stacks)) {
    lines.push(
      '',
      `  ${theme.bold(plan.id)}   ${plan.distro.title} ${plan.distro.version} ${theme.glyphs.dot} ${plan.arch} ${theme.glyphs.dot} ${plan.instanceType} ${theme.glyphs.dot} ${plan.zone}`,
      field('state', goneAt === null ? phase : `gone since ${goneAt}`),
      field('image', `${plan.image.id}${plan.image.name === null ? '' : ` (${plan.image.name})`}`),
      field('disk', `${plan.disk.sizeGb} GB ${plan.disk.type}${plan.disk.encrypted ? ', encrypted' : ''}`),
      field('per hour', perHour(plan)),
      field('reachable', `from ${plan.allowFrom.join(', ')}`),
    );
    for (const host of hosts) {
      const name = `${host.publicIp ?? 'no address'} as ${host.user}`;
      lines.push(field('host', `${host.name}   ${name}   ${host.stage ?? 'not reached yet'}${host.reason === null ? '' : `: ${host.reason}`}`));
      if (host.hostKeyFingerprint !== null) lines.push(field('host key', `${host.hostKeyFingerprint} (${host.hostKeyTrust ?? 'unknown'})`));
    }
  }
  lines.push('', field('directory', directory));
  if (!archived) lines.push(field('shell', `labtui ssh ${record.id}`), field('end it', `labtui destroy ${record.id}`));
  return lines.join('\n');
}

function perHour(plan: PinnedStack): string {
  const { cost } = withCost(plan);
  const hourly = hourlyCost(cost);
  const date = cost.priceDate === null ? '' : ` (list prices of ${cost.priceDate}${plan.cost === undefined ? ', machine only' : ''})`;
  return `${cost.isUpperBound ? 'at most ' : ''}${money(hourly, cost.currency, 4)}${unknownPart({ hourlyCost: hourly, unknownCosts: plan.cost?.unknown ?? [] })}${hourly === null ? '' : date}`;
}
