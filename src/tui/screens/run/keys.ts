import { whyAsleep } from '../../../core/power.ts';
import type { Binding, Shared } from '../../model/screen.ts';
import { isOver, type RunState, sessionOf, wentWell } from './state.ts';

export type RunAction = 'ssh' | 'open' | 'cancel' | 'log' | 'terraform' | 'minimise' | 'resume' | 'destroy' | 'move:down' | 'move:up' | 'move:page-down' | 'move:page-up' | 'move:first' | 'move:last';

/** The keys of a run, with the reason for each that does nothing now. */
export function runKeys(state: RunState, _shared: Shared): readonly Binding<RunAction>[] {
  const { verb, progress, pane } = state;
  const over = isOver(state);
  const session = sessionOf(state);
  const none = session === null ? 'it has no session yet' : null;
  const alive = none ?? (progress.receipt !== null || progress.phase === 'destroyed' ? 'it is gone' : null);
  const ready = progress.result?.phase === 'ready' || (over && (progress.result?.hosts ?? []).some(({ state: doing }) => whyAsleep(doing) === null));
  const running = over ? null : 'it is still running';
  const failed = over && !wentWell(state);
  const moving = { label: 'scroll', disabled: pane === 'log' ? null : 'open the log first: l', inFooter: false } as const;
  return [
    { action: 'ssh', keys: ['s'], label: 'ssh', help: 'a shell on it; the screen comes back afterwards', disabled: alive ?? (ready ? null : (running ?? 'no machine is ready')), inFooter: verb !== 'destroy' },
    { action: 'open', keys: ['enter'], label: over ? 'lab' : 'details', help: 'hosts, events, Terraform, receipt', disabled: none },
    { action: 'resume', keys: ['a'], label: 'resume', help: 'go on with what failed', disabled: alive ?? (failed ? null : (running ?? 'it did not fail')), inFooter: failed && verb !== 'destroy' },
    { action: 'destroy', keys: ['d'], label: verb === 'destroy' ? 'again' : 'destroy', help: 'end it, from its state, with a receipt', disabled: alive ?? running, inFooter: over && alive === null },
    { action: 'cancel', keys: ['c'], label: 'cancel', help: 'stop the run; asks what to do with what exists', disabled: over ? 'it has ended' : state.stopping ? 'it is stopping: Terraform finishes what it is creating' : null, inFooter: !over },
    { action: 'log', keys: ['l'], label: pane === 'log' ? 'progress' : 'log', help: 'everything it said', disabled: null },
    { action: 'terraform', keys: ['t'], label: 'terraform', help: 'what it gives to Terraform', disabled: none, inFooter: false },
    { action: 'minimise', keys: ['m'], label: 'minimise', help: 'back to the dashboard; the run goes on', disabled: null, inFooter: !over },
    { action: 'move:down', keys: ['down', 'j'], help: 'one line down', ...moving },
    { action: 'move:up', keys: ['up', 'k'], help: 'one line up', ...moving },
    { action: 'move:page-down', keys: ['pagedown', 'space'], help: 'one page down', ...moving },
    { action: 'move:page-up', keys: ['pageup', 'b'], help: 'one page up', ...moving },
    { action: 'move:first', keys: ['home', 'g'], help: 'the beginning', ...moving },
    { action: 'move:last', keys: ['end', 'G'], help: 'the end: it follows', ...moving },
  ];
}
