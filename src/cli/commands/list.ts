import type { SessionSummary } from '../../core/session.ts';
import { formatDuration } from '../../core/duration.ts';
import type { CliContext } from '../context.ts';
import { openSessions } from '../sessions.ts';
import { money } from '../text/money.ts';
import { type Column, renderTable } from '../text/table.ts';
import type { Theme } from '../theme.ts';

export interface ListOptions {
  readonly all?: boolean;
}

/** `labtui list [--all]`: the labs of this sessions directory, what needs attention first. */
export async function list(context: CliContext, options: ListOptions): Promise<number> {
  const store = openSessions(context);
  const nowMs = Date.now();
  const sessions = [...(await store.list({ archived: options.all === true }))].sort((a, b) => order(a, b, nowMs));
  if (context.settings.json) {
    context.out(`${JSON.stringify(sessions, null, 2)}\n`);
    return 0;
  }
  if (sessions.length === 0) {
    context.err(`no labs in ${store.root}\n  try:   labtui apply --distro debian --cloud aws\n`);
    return 0;
  }
  context.out(`${renderTable(sessions, columns(context.theme, nowMs), context.columns)}\n`);
  return 0;
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
    { title: 'WHERE', value: ({ regions, clouds, rehearsed }) => `${clouds.map((cloud, index) => `${cloud}${regions[index] === undefined ? '' : `:${regions[index]}`}`).join(' ')}${rehearsed ? ' (rehearsal)' : ''}` || dash },
    { title: 'LEFT', align: 'right', value: ({ expiresAt, archived }) => (archived ? dash : expiresAt ? formatDuration(Date.parse(expiresAt) - nowMs) : 'no TTL') },
    { title: 'PER HOUR', align: 'right', value: ({ hourlyCost, currency, archived }) => (archived ? dash : money(hourlyCost, currency, 4)) },
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
  if (session.phase === 'ready') return theme.good(`${glyphs.ready} ready`);
  if (session.phase === 'failed') return theme.bad(`${glyphs.failed} failed`);
  return theme.accent(`${glyphs.working} ${session.phase}`);
}
