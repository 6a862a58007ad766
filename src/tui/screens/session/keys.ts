import type { CommandInfo } from '../../port.ts';
import type { Binding, Shared } from '../../model/screen.ts';
import { powerKey } from '../home/keys.ts';
import { attentionOf, noResumeOf, noShellOn } from '../home/rows.ts';
import { type SessionState, type SessionTab, sessionTabs } from './state.ts';

export type SessionAction =
  | 'ssh' | 'exec' | 'destroy' | 'extend' | 'replace' | 'stop' | 'start' | 'resume' | 'next' | 'previous' | 'edit' | 'file' | 'filter' | 'filter-done' | 'filter-cancel' | 'copy-ssh' | 'run'
  | `tab:${SessionTab}` | `verb:${string}`
  | 'move:down' | 'move:up' | 'move:page-down' | 'move:page-up' | 'move:first' | 'move:last';

/** Verbs that have a key of their own here, or none on a session. */
const ownVerbs: ReadonlySet<string> = new Set(['ssh', 'exec', 'destroy', 'extend', 'replace', 'stop', 'start', 'show', 'inventory', 'receipt', 'events', 'console', 'cp']);

/** Every other verb of the command line that takes a session: new ones appear by themselves. */
export function sessionVerbs(commands: readonly CommandInfo[]): readonly CommandInfo[] {
  return commands.filter(({ name, usage }) => /^[<[]sessions?(?:\.\.\.)?[\]>]/u.test(usage) && !ownVerbs.has(name));
}

/** The keys of a lab's detail, with the reason for each that does nothing now. */
export function sessionKeys(state: SessionState, shared: Shared): readonly Binding<SessionAction>[] {
  const row = shared.sessions?.find(({ id }) => id === state.session);
  const gone = row?.archived === true ? 'it is gone' : row === undefined && shared.sessions !== null ? 'there is no such session any more' : null;
  const rests = row !== undefined && attentionOf({ ...row, expiresAt: null }, 0) === 'asleep';
  const working = row !== undefined && !rests && row.phase !== 'ready' && row.phase !== 'failed' ? `it is ${row.phase}` : null;
  const off = rests ? noShellOn(row) : null;
  const power = powerKey(row ?? null, gone ?? working);
  const moving = { label: 'move', disabled: null, inFooter: false } as const;
  if (state.filtering) {
    return [
      { action: 'filter-done', keys: ['enter', 'tab'], label: 'keep', help: 'keep the filter, go on with the keys', disabled: null },
      { action: 'filter-cancel', keys: ['escape'], label: 'clear', help: 'show all again', disabled: null },
    ];
  }
  const file = state.tab === 'terraform' ? (state.files.length === 0 ? 'there is no file' : null) : 'it is for the tab terraform';
  return [
    ...(power.action === 'start' ? [power] : []),
    { action: 'ssh', keys: ['s'], label: 'ssh', help: 'a shell on it; the screen comes back afterwards', disabled: gone ?? working ?? off },
    { action: 'exec', keys: ['x'], label: 'exec', help: 'run a command on it', disabled: gone ?? working ?? off },
    { action: 'destroy', keys: ['d'], label: 'destroy', help: 'end it, from its state, with a receipt', disabled: gone },
    { action: 'extend', keys: ['E'], label: 'extend', help: 'give it more time while it runs', disabled: gone ?? working ?? (row?.expiresAt === null ? 'it has no deadline' : null), inFooter: false },
    { action: 'replace', keys: ['R'], label: 'replace', help: 'make it another distribution: name, key, network stay', disabled: gone, inFooter: false },
    ...(power.action === 'stop' ? [power] : []),
    { action: 'next', keys: ['tab', 'right', 'l'], label: 'next', help: 'the next tab', disabled: null },
    { action: 'previous', keys: ['shift-tab', 'left', 'h'], label: 'previous', help: 'the tab before', disabled: null, inFooter: false },
    { action: 'edit', keys: ['e'], label: 'editor', help: 'open the file in $EDITOR', disabled: file, inFooter: file === null },
    { action: 'file', keys: ['f'], label: 'next file', help: 'the next file', disabled: file, inFooter: file === null },
    { action: 'filter', keys: ['/'], label: 'filter', help: 'only events with these words', disabled: state.tab === 'events' ? null : 'it is for the tab events', inFooter: state.tab === 'events' },
    { action: 'copy-ssh', keys: ['c'], label: 'copy ssh', help: 'copy the ssh command', disabled: gone, inFooter: state.tab === 'hosts' },
    { action: 'resume', keys: ['a'], label: 'resume', help: 'go on with a lab that failed or was interrupted', disabled: gone ?? (rests ? noResumeOf(row) : row?.phase === 'ready' ? 'it is ready' : null), inFooter: row?.phase === 'failed' },
    { action: 'run', keys: ['r'], label: 'progress', help: 'the run that works on it, or its last one', disabled: null, inFooter: working !== null },
    ...sessionTabs.map((tab, index): Binding<SessionAction> => ({ action: `tab:${tab}`, keys: [String(index + 1)], label: tab, help: `the tab ${tab}`, disabled: null, inFooter: false })),
    ...sessionVerbs(shared.facts.commands).map(({ name, description }): Binding<SessionAction> => ({ action: `verb:${name}`, keys: [], label: name, help: description, disabled: null, inFooter: false })),
    { action: 'move:down', keys: ['down', 'j'], help: 'one down', ...moving },
    { action: 'move:up', keys: ['up', 'k'], help: 'one up', ...moving },
    { action: 'move:page-down', keys: ['pagedown', 'space'], help: 'one page down', ...moving },
    { action: 'move:page-up', keys: ['pageup', 'b'], help: 'one page up', ...moving },
    { action: 'move:first', keys: ['home', 'g'], help: 'the first', ...moving },
    { action: 'move:last', keys: ['end', 'G'], help: 'the last', ...moving },
  ];
}
