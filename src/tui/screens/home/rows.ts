import type { SessionSummary } from '../../../core/session.ts';
import type { HomeState } from './state.ts';

/** What a session needs of its user, as the dashboard tells it. */
export type Attention = 'expired' | 'unreadable' | 'failed' | 'working' | 'ready' | 'asleep' | 'ended';

export function attentionOf({ archived, problem, expiresAt, phase, state }: SessionSummary, nowMs: number): Attention {
  if (archived) return 'ended';
  if (problem !== null) return 'unreadable';
  if (expiresAt !== null && expiresAt !== '' && Date.parse(expiresAt) <= nowMs) return 'expired';
  if ((phase === 'ready' || phase === 'stopping') && whyNotUp({ phase, state }) !== null) return 'asleep';
  if (phase === 'ready') return 'ready';
  return phase === 'failed' ? 'failed' : 'working';
}

const urgency: Readonly<Record<Attention, number>> = { expired: 0, unreadable: 1, failed: 2, working: 3, ready: 4, asleep: 5, ended: 6 };

/** What keeps a lab that nobody is at work on from being ready, in two words; null: nothing, or somebody is. */
export function whyNotUp({ phase, state }: Pick<SessionSummary, 'phase' | 'state'>): string | null {
  switch (state) {
    case 'stopped':
      return 'stopped';
    case 'mixed':
      return 'not all up';
    case 'terminated':
      return 'gone';
    case 'running':
      // Started, and it has not answered.
      return phase === 'stopping' ? 'not ready' : null;
    case 'pending':
    case 'stopping':
    case 'terminating':
    case 'unknown':
    case null:
      return null;
  }
}

/** Why there is no shell on a lab that is off, with the key that starts it; null: there may be one. */
export function noShellOn({ state }: Pick<SessionSummary, 'state'>): string | null {
  if (state === 'stopped') return 'it is stopped: p starts it';
  return state === 'terminated' ? 'it is gone from its cloud: a makes it anew' : null;
}

/** Why a lab that is not up is not resumed; null: there is nothing left of it to start. */
export function noResumeOf({ state }: Pick<SessionSummary, 'state'>): string | null {
  return state === 'terminated' ? null : 'p starts it';
}

/** What a lab has cost so far at its list price; null where that is unknown. Ended ones cost nothing any more, and their end is not known here. */
export function costSoFar({ hourlyCost, createdAt, archived, rehearsed }: SessionSummary, nowMs: number): number | null {
  if (rehearsed) return 0;
  if (hourlyCost === null || createdAt === '' || archived) return null;
  return (hourlyCost * Math.max(0, nowMs - Date.parse(createdAt))) / 3_600_000;
}

interface Wanted extends Pick<HomeState, 'filter' | 'sort' | 'archived'> {
  readonly nowMs: number;
}

/** What was last asked for of a list: keys, footer and view ask for the same within one frame. */
const seen = new WeakMap<readonly SessionSummary[], { readonly wanted: Wanted; readonly rows: readonly SessionSummary[] }>();

/** The rows as they are to be seen: filtered, sorted; those of the archive only when asked for. */
export function visibleRows(rows: readonly SessionSummary[], { filter, sort, archived }: Pick<HomeState, 'filter' | 'sort' | 'archived'>, nowMs: number): readonly SessionSummary[] {
  const last = seen.get(rows);
  if (last?.wanted.filter === filter && last.wanted.sort === sort && last.wanted.archived === archived && last.wanted.nowMs === nowMs) return last.rows;
  const visible = sortedRows(rows, { filter, sort, archived, nowMs });
  seen.set(rows, { wanted: { filter, sort, archived, nowMs }, rows: visible });
  return visible;
}

function sortedRows(rows: readonly SessionSummary[], { filter, sort, archived, nowMs }: Wanted): readonly SessionSummary[] {
  const words = filter.toLowerCase().split(' ').filter(Boolean);
  return rows
    .filter((row) => archived || !row.archived)
    .filter((row) => words.length === 0 || words.every((word) => haystack(row, nowMs).includes(word)))
    .map((row): Ranked => ({ row, attention: urgency[attentionOf(row, nowMs)], cost: costSoFar(row, nowMs) ?? -1 }))
    .sort((a, b) => Number(a.row.archived) - Number(b.row.archived) || order[sort](a, b) || byAge(a, b))
    .map(({ row }) => row);
}

function haystack(row: SessionSummary, nowMs: number): string {
  return [row.id, ...row.distro, ...row.clouds, ...row.regions, row.size, row.phase, row.state ?? '', attentionOf(row, nowMs), row.rehearsed ? 'rehearsal' : 'real'].join(' ').toLowerCase();
}

/** A row with what it is sorted by. */
interface Ranked {
  readonly row: SessionSummary;
  readonly attention: number;
  readonly cost: number;
}

const order: Readonly<Record<HomeState['sort'], (a: Ranked, b: Ranked) => number>> = {
  attention: (a, b) => a.attention - b.attention,
  name: (a, b) => a.row.name.localeCompare(b.row.name),
  age: byAge,
  cost: (a, b) => b.cost - a.cost,
};

/** The newest first. */
function byAge({ row: a }: Ranked, { row: b }: Ranked): number {
  return a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0;
}

/** Where the cursor is among the rows: on the selected session, else on the first. */
export function cursorOf(rows: readonly SessionSummary[], selected: string | null): number {
  return Math.max(0, rows.findIndex(({ id }) => id === selected));
}
