import type { SessionSummary } from '../../../core/session.ts';
import type { HomeState } from './state.ts';

/** What a session needs of its user, as the dashboard tells it. */
export type Attention = 'expired' | 'unreadable' | 'failed' | 'working' | 'ready' | 'ended';

export function attentionOf({ archived, problem, expiresAt, phase }: SessionSummary, nowMs: number): Attention {
  if (archived) return 'ended';
  if (problem !== null) return 'unreadable';
  if (expiresAt !== null && expiresAt !== '' && Date.parse(expiresAt) <= nowMs) return 'expired';
  if (phase === 'ready') return 'ready';
  return phase === 'failed' ? 'failed' : 'working';
}

const urgency: Readonly<Record<Attention, number>> = { expired: 0, unreadable: 1, failed: 2, working: 3, ready: 4, ended: 5 };

/** What a lab has cost so far at its list price; null where that is unknown. Ended ones cost nothing any more, and their end is not known here. */
export function costSoFar({ hourlyCost, createdAt, archived, rehearsed }: SessionSummary, nowMs: number): number | null {
  if (rehearsed) return 0;
  if (hourlyCost === null || createdAt === '' || archived) return null;
  return (hourlyCost * Math.max(0, nowMs - Date.parse(createdAt))) / 3_600_000;
}

/** The rows as they are to be seen: filtered, sorted; those of the archive only when asked for. */
export function visibleRows(rows: readonly SessionSummary[], { filter, sort, archived }: Pick<HomeState, 'filter' | 'sort' | 'archived'>, nowMs: number): readonly SessionSummary[] {
  const words = filter.toLowerCase().split(' ').filter(Boolean);
  return rows
    .filter((row) => archived || !row.archived)
    .filter((row) => words.length === 0 || words.every((word) => haystack(row, nowMs).includes(word)))
    .toSorted((a, b) => Number(a.archived) - Number(b.archived) || order[sort](a, b, nowMs) || byAge(a, b));
}

function haystack(row: SessionSummary, nowMs: number): string {
  return [row.id, ...row.distro, ...row.clouds, ...row.regions, row.size, row.phase, attentionOf(row, nowMs), row.rehearsed ? 'rehearsal' : 'real'].join(' ').toLowerCase();
}

type Order = (a: SessionSummary, b: SessionSummary, nowMs: number) => number;

const order: Readonly<Record<HomeState['sort'], Order>> = {
  attention: (a, b, nowMs) => urgency[attentionOf(a, nowMs)] - urgency[attentionOf(b, nowMs)],
  name: (a, b) => a.name.localeCompare(b.name),
  age: byAge,
  cost: (a, b, nowMs) => (costSoFar(b, nowMs) ?? -1) - (costSoFar(a, nowMs) ?? -1),
};

/** The newest first. */
function byAge(a: SessionSummary, b: SessionSummary): number {
  return a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0;
}

/** Where the cursor is among the rows: on the selected session, else on the first. */
export function cursorOf(rows: readonly SessionSummary[], selected: string | null): number {
  return Math.max(0, rows.findIndex(({ id }) => id === selected));
}
