import { exitCodes } from '../../core/errors.ts';
import type { SessionSummary } from '../../core/session.ts';
import { formatDuration } from '../../core/duration.ts';
import type { CliContext } from '../context.ts';
import { around } from '../around.ts';
import { list as listSessions } from '../../library/look.ts';
import { sessionsRoot } from '../../library/sessions.ts';
import { money } from '../text/money.ts';
import { type Column, renderTable } from '../text/table.ts';
import type { Theme } from '../theme.ts';

export interface ListOptions {
  readonly all?: boolean;
  readonly refresh?: boolean;
}

/** `labtui list [--all] [--refresh]`: the labs of this sessions directory, what needs attention first. */
export async function list(context: CliContext, options: ListOptions): Promise<number> {
  const exitCode = options.refresh === true ? await refreshAll(context, await listSessions(around(context))) : exitCodes.done;
  const nowMs = Date.now();
  const sessions = [...(await listSessions({ ...around(context), archived: options.all === true }))].sort((a, b) => order(a, b, nowMs));
  if (context.settings.json) {
    context.out(`${JSON.stringify(sessions, null, 2)}\n`);
    return exitCode;
  }
  if (sessions.length === 0) {
    context.err(`no labs in ${sessionsRoot(context)}\n  try:   labtui apply --distro debian --cloud aws\n`);
    return 0;
  }
  context.out(`${renderTable(sessions, columns(context.theme, nowMs), context.columns)}\n`);
  return exitCode;
}

/** Those of which something may exist: loaded on demand, since a plain list answers at once. */
async function refreshAll(context: CliContext, sessions: readonly SessionSummary[]): Promise<number> {
  const { refreshSessions } = await import('../refresh-sessions.ts');
  return (await refreshSessions(context, sessions.filter(({ problem, state }) => problem === null && state !== null).map(({ id }) => id))).exitCode;
}

/** Expired first, then damaged and failed ones, then by age. */
function order(a: SessionSummary, b: SessionSummary, nowMs: number): number {
  return urgency(a, nowMs) - urgency(b, nowMs) || (a.createdAt < b.createdAt ? 1 : -1);
}

function urgency(session: SessionSummary, nowMs: number): number {
  if (session.archived) return 4;
  if (isExpired(session, nowMs)) return 0;
  if (session.problem !== null) return 1;
  return session.phase === 'failed' ? 2 : 3;
}

function isExpired({ expiresAt, archived }: SessionSummary, nowMs: number): boolean {
  return !archived && expiresAt !== null && expiresAt !== '' && Date.parse(expiresAt) <= nowMs;
}

function columns(theme: Theme, nowMs: number): readonly Column<SessionSummary>[] {
  const dash = theme.glyphs.dash;
  return [
    { title: 'NAME', value: ({ name, id }) => name || id },
    { title: 'STATE', value: (session) => stateOf(session, theme, nowMs) },
    { title: 'DISTRO', value: ({ distro }) => distro.join(' ') || dash },
    { title: 'WHERE', value: ({ regions, clouds, rehearsed }) => `${clouds.map((cloud, index) => `${cloud}${regions[index] === undefined || regions[index] === cloud ? '' : `:${regions[index]}`}`).join(' ')}${rehearsed ? ' (rehearsal)' : ''}` || dash },
    { title: 'LEFT', align: 'right', value: ({ expiresAt, archived }) => (archived ? dash : expiresAt ? formatDuration(Date.parse(expiresAt) - nowMs) : 'no TTL') },
    { title: 'PER HOUR', align: 'right', value: ({ presentHourlyCost, currency, archived }) => (archived ? dash : money(presentHourlyCost, currency, 4)) },
    { title: 'SIZE', value: ({ size }) => size || dash },
    { title: 'PROTECTED BY', value: ({ protectedBy }) => protectedBy.join(' ') || dash },
    { title: 'SESSION', value: ({ id }) => id },
  ];
}

function stateOf(session: SessionSummary, theme: Theme, nowMs: number): string {
  const { glyphs } = theme;
  if (session.problem !== null) return theme.bad(`${glyphs.failed} unreadable: ${session.problem.split('\n', 1)[0] ?? ''}`);
  if (session.archived) return theme.dim(`${glyphs.stopped} ${session.phase}`);
  if (isExpired(session, nowMs)) return theme.warn(`${glyphs.attention} expired`);
  const power = powerText(session, theme);
  if (power !== null) return power;
  if (session.phase === 'ready') return theme.good(`${glyphs.ready} ready`);
  if (session.phase === 'failed') return theme.bad(`${glyphs.failed} failed`);
  return theme.accent(`${glyphs.working} ${session.phase}`);
}

/** null: its phase says it. */
function powerText({ phase, state }: SessionSummary, { glyphs, dim, warn, accent }: Theme): string | null {
  if (phase !== 'ready' && phase !== 'stopping') return null;
  switch (state) {
    case 'stopped':
      return dim(`${glyphs.stopped} stopped`);
    case 'mixed':
      return warn(`${glyphs.attention} not all running`);
    case 'terminated':
    case 'terminating':
      return warn(`${glyphs.attention} machine gone`);
    case 'pending':
      return accent(`${glyphs.working} starting`);
    case 'running':
      return phase === 'stopping' ? warn(`${glyphs.attention} not ready`) : null;
    case 'stopping':
    case 'unknown':
    case null:
      return null;
  }
}
