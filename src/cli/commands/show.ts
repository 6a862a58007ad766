import { formatDuration } from '../../core/duration.ts';
import { hourlyCost } from '../../core/cost.ts';
import { distroLabel, machineStackNamed } from '../../core/machine-stack.ts';
import { exitCodes, invalidInput } from '../../core/errors.ts';
import type { Host } from '../../core/events.ts';
import type { PinnedStack } from '../../core/plan.ts';
import { stateOfAll, whyAsleep } from '../../core/power.ts';
import type { SessionRecord } from '../../core/session.ts';
import { withCost } from '../../lab/price-stacks.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { refreshSessions } from '../refresh-sessions.ts';
import { show as showSession } from '../../library/look.ts';
import { openSessions } from '../../library/sessions.ts';
import type { ShownSession } from '../../library/shown-session.ts';
import { unknownPart } from '../text/cost.ts';
import { money } from '../text/money.ts';

export interface ShowOptions {
  readonly refresh?: boolean;
}

/** `labtui show S [--refresh]`: one session as session.json has it; with the switch, once its clouds have been asked. */
export async function show(context: CliContext, reference: string, options: ShowOptions = {}): Promise<number> {
  const refreshed = options.refresh === true ? await refreshSessions(context, [await standing(context, reference)]) : null;
  const exitCode = refreshed?.exitCode ?? exitCodes.done;
  const session = await showSession(reference, around(context));
  if (context.settings.json) {
    context.out(`${JSON.stringify({ ...session, ...(refreshed === null ? {} : { problems: refreshed.problems }) }, null, 2)}\n`);
    return exitCode;
  }
  context.out(`${render(session, context)}\n`);
  return exitCode;
}

/** The id of a session that clouds can be asked about. */
async function standing(context: CliContext, reference: string): Promise<string> {
  const { id, archived } = await openSessions(context).resolve(reference, { archived: true });
  if (archived) throw invalidInput(`${id} is gone, so there is nothing to ask a cloud`, `labtui verify ${id}   says whether anything is left`);
  return id;
}

function render(session: ShownSession, { theme }: CliContext): string {
  const { archived, directory, ...record } = session;
  const leftMs = record.expiresAt === null ? null : Date.parse(record.expiresAt) - Date.now();
  const field = (name: string, value: string): string => `  ${name.padEnd(13)} ${value}`;
  const lines = [
    `${theme.bold(record.name)}   ${record.id}`,
    field('state', `${stateText(record.phase, archived ? [] : Object.values(record.stacks).flatMap(({ hosts }) => hosts))}${archived ? ' (archived)' : ''}`),
    field('made', `${record.createdAt} by ${record.owner}`),
    field('ends', leftMs === null ? 'never: it has no TTL' : `${record.expiresAt ?? ''} (${leftMs > 0 ? `${formatDuration(leftMs)} left` : `${formatDuration(-leftMs)} ago`})`),
    field('protected by', record.protection.by.join(', ') || 'nothing'),
    ...record.protection.missing.map(({ layer, reason }) => field('', theme.dim(`${record.protection.by.includes(layer) ? '' : 'not by '}${layer}: ${reason}`))),
  ];
  for (const { plan, phase, hosts, goneAt, replacement, presentHourlyCost } of Object.values(record.stacks)) {
    lines.push(
      '',
      `  ${theme.bold(plan.id)}   ${plan.distro.title} ${plan.distro.version} ${theme.glyphs.dot} ${plan.arch} ${theme.glyphs.dot} ${plan.instanceType} ${theme.glyphs.dot} ${plan.zone}`,
      field('state', goneAt === null ? stateText(phase, hosts) : `gone since ${goneAt}`),
      ...(replacement === undefined
        ? []
        : [field('', `the replacement of ${replacement.machines.map(({ name }) => name).join(', ')}, ${distroLabel(machineStackNamed(replacement.from, replacement.machines[0]?.name ?? ''))} before, is not over: labtui apply --session ${record.id}`)]),
      field('image', `${plan.image.id}${plan.image.name === null ? '' : ` (${plan.image.name})`}`),
      field('disk', `${plan.disk.sizeGb} GB ${plan.disk.type}${plan.disk.encrypted ? ', encrypted' : ''}`),
      field('per hour', perHour(plan)),
      ...(presentHourlyCost === undefined || goneAt !== null ? [] : [field('', `as it is now: ${money(presentHourlyCost, plan.currency, 4)}`)]),
      field('reachable', `from ${plan.allowFrom.join(', ')}`),
    );
    for (const host of hosts) {
      const name = `${host.publicIp ?? 'no address'} as ${host.user}`;
      lines.push(field('host', `${host.name}   ${name}   ${whyAsleep(host.state) === null ? (host.stage ?? 'not reached yet') : host.state}${host.reason === null ? '' : `: ${host.reason}`}`));
      const own = machineStackNamed(plan, host.name);
      if (own !== plan) lines.push(field('', `${own.distro.title} ${own.distro.version} ${theme.glyphs.dot} ${own.arch} ${theme.glyphs.dot} ${own.instanceType} ${theme.glyphs.dot} ${own.image.id} ${theme.glyphs.dot} ${own.disk.sizeGb} GB`));
      if (host.hostKeyFingerprint !== null) lines.push(field('host key', `${host.hostKeyFingerprint} (${host.hostKeyTrust ?? 'unknown'})`));
    }
  }
  lines.push('', field('directory', directory));
  const isAsleep = Object.values(record.stacks).some(({ goneAt, hosts }) => goneAt === null && hosts.some(({ state }) => state === 'stopped'));
  if (!archived && isAsleep) lines.push(field('start it', `labtui start ${record.id}`));
  if (!archived) lines.push(field('shell', `labtui ssh ${record.id}`), field('end it', `labtui destroy ${record.id}`));
  return lines.join('\n');
}

/** A phase, or what its machines do where that says more: one that rests in `stopping` is stopped. */
function stateText(phase: SessionRecord['phase'], hosts: readonly Host[]): string {
  const state = stateOfAll(hosts.filter(({ instanceId }) => instanceId !== null).map((host) => host.state));
  if (state === null || (phase !== 'ready' && phase !== 'stopping')) return phase;
  if (state === 'running') return phase === 'ready' ? phase : 'running, not ready';
  if (state === 'mixed') return `not all running: ${hosts.map((host) => `${host.name} ${host.state}`).join(', ')}`;
  return state === 'unknown' ? phase : state;
}

function perHour(plan: PinnedStack): string {
  const { cost } = withCost(plan);
  const hourly = hourlyCost(cost);
  const date = cost.priceDate === null ? '' : ` (list prices of ${cost.priceDate}${plan.cost === undefined ? ', machine only' : ''})`;
  return `${cost.isUpperBound ? 'at most ' : ''}${money(hourly, cost.currency, 4)}${unknownPart({ hourlyCost: hourly, unknownCosts: plan.cost?.unknown ?? [] })}${hourly === null ? '' : date}`;
}
