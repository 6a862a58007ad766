import type { Binding, Shared } from '../../model/screen.ts';
import { attentionOf, cursorOf, noResumeOf, noShellOn, visibleRows, whyNotUp } from './rows.ts';
import type { HomeState } from './state.ts';
import type { SessionSummary } from '../../../core/session.ts';

export type HomeAction =
  | 'open' | 'new' | 'demo' | 'ssh' | 'destroy' | 'extend' | 'stop' | 'start' | 'resume' | 'filter' | 'filter-done' | 'filter-cancel' | 'sort' | 'archive' | 'cleanup' | 'clear-filter'
  | 'move:down' | 'move:up' | 'move:page-down' | 'move:page-up' | 'move:first' | 'move:last';

/** The session under the cursor. */
export function selectedRow(state: HomeState, { sessions, nowMs }: Shared): SessionSummary | null {
  const rows = visibleRows(sessions ?? [], state, nowMs);
  return rows[cursorOf(rows, state.selected)] ?? null;
}

/** The dashboard's keys, with the reason for each that does nothing now. */
export function homeKeys(state: HomeState, shared: Shared): readonly Binding<HomeAction>[] {
  const row = selectedRow(state, shared);
  const alive = shared.sessions?.some(({ archived }) => !archived) ?? false;
  const none = row === null ? 'there is no lab yet: n makes one' : null;
  const gone = none ?? (row?.archived === true ? 'it is gone' : null);
  const attention = row === null ? null : attentionOf(row, shared.nowMs);
  const noShell = gone ?? (row?.problem !== null && row !== null ? 'it cannot be read' : attention === 'working' ? `it is ${row?.phase ?? 'busy'}` : null);
  const asleep = row !== null && attention === 'asleep' ? noShellOn(row) : null;
  const power = powerKey(row, noShell);
  const moving = { label: 'move', disabled: none, inFooter: false } as const;
  if (state.filtering) {
    return [
      { action: 'filter-done', keys: ['enter', 'tab'], label: 'keep', help: 'keep the filter, go on with the keys', disabled: null },
      { action: 'filter-cancel', keys: ['escape'], label: 'clear', help: 'show all again', disabled: null },
      { action: 'move:down', keys: ['down'], help: 'one down', ...moving },
      { action: 'move:up', keys: ['up'], help: 'one up', ...moving },
    ];
  }
  return [
    { action: 'open', keys: ['enter', 'l', 'right'], label: 'open', help: 'hosts, events, Terraform, receipt of the lab under the cursor', disabled: none },
    { action: 'new', keys: ['n'], label: 'new', help: 'a new lab: pick distro, cloud and size', disabled: null },
    ...(power.action === 'start' ? [power] : []),
    { action: 'ssh', keys: ['s'], label: 'ssh', help: 'a shell on it; the screen comes back afterwards', disabled: noShell ?? asleep },
    { action: 'destroy', keys: ['d'], label: 'destroy', help: 'end it, from its state, with a receipt', disabled: gone, inFooter: row !== null },
    { action: 'extend', keys: ['e'], label: 'extend', help: 'give it more time while it runs', disabled: noShell ?? (row?.expiresAt === null ? 'it has no deadline' : null), inFooter: row !== null && !row.archived },
    ...(power.action === 'stop' ? [power] : []),
    { action: 'demo', keys: ['D'], label: 'demo', help: 'a lab on simulated clouds: no account, no cost', disabled: null, inFooter: !alive },
    { action: 'filter', keys: ['/'], label: 'filter', help: 'show only labs with these words', disabled: none, inFooter: row !== null },
    { action: 'clear-filter', keys: ['x'], label: 'all', help: 'take the filter away', disabled: state.filter === '' ? 'there is no filter' : null, inFooter: state.filter !== '' },
    { action: 'resume', keys: ['a'], label: 'resume', help: 'go on with a lab that failed or was interrupted', disabled: gone ?? (attention === 'ready' ? 'it is ready' : row !== null && attention === 'asleep' ? noResumeOf(row) : null), inFooter: attention === 'failed' },
    { action: 'sort', keys: ['o'], label: 'order', help: `order of the rows: now by ${state.sort}`, disabled: none, inFooter: false },
    { action: 'archive', keys: ['t'], label: state.archived ? 'hide ended' : 'ended too', help: 'labs that are gone, with their receipts', disabled: null, inFooter: false },
    { action: 'cleanup', keys: ['X'], label: 'clean up', help: 'end every lab past its deadline', disabled: alive ? null : 'there is no lab', inFooter: attention === 'expired' },
    { action: 'move:down', keys: ['down', 'j'], help: 'one down', ...moving },
    { action: 'move:up', keys: ['up', 'k'], help: 'one up', ...moving },
    { action: 'move:page-down', keys: ['pagedown', 'ctrl-f'], help: 'one page down', ...moving },
    { action: 'move:page-up', keys: ['pageup', 'ctrl-b'], help: 'one page up', ...moving },
    { action: 'move:first', keys: ['home', 'g'], help: 'the first', ...moving },
    { action: 'move:last', keys: ['end', 'G'], help: 'the last', ...moving },
  ];
}

/** One key stops what runs and starts what is off. */
export function powerKey(row: SessionSummary | null, disabled: string | null): Binding<'stop' | 'start'> {
  const off = row !== null && (row.phase === 'ready' || row.phase === 'stopping') && whyNotUp(row) !== null;
  return off
    ? { action: 'start', keys: ['p'], label: 'start', help: 'start its machines again; their new addresses are followed', disabled: disabled ?? (row.state === 'terminated' ? noShellOn(row) : null), inFooter: disabled === null }
    : { action: 'stop', keys: ['p'], label: 'stop', help: 'stop its machines, keep everything: asks, and says what still costs', disabled, inFooter: false };
}
