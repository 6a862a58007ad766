import { type Step, to } from '../../model/effect.ts';
import type { Dialog } from '../../model/dialog.ts';
import { destroyArgs, destroyDialog, extendArgs, extendDialog, stopArgs, stopDialog } from '../../model/lab-dialogs.ts';
import type { ScreenModule, Shared } from '../../model/screen.ts';
import type { SessionSummary } from '../../../core/session.ts';
import { editField, textField } from '../../model/text-field.ts';
import { runState } from '../run/state.ts';
import { sessionState } from '../session/state.ts';
import { wizardState } from '../wizard/state.ts';
import { attentionOf, cursorOf, visibleRows } from './rows.ts';
import { type HomeAction, homeKeys, selectedRow } from './keys.ts';
import type { HomeState } from './state.ts';
import { HomeView } from './view.tsx';

const sorts = ['attention', 'name', 'age', 'cost'] as const;

/** The dashboard: every lab of the sessions directory. */
export const homeScreen: ScreenModule<HomeState, HomeAction> = {
  title: () => 'labtui',
  keymap: homeKeys,
  act: (state, action, shared) => {
    const row = selectedRow(state, shared);
    switch (action) {
      case 'new':
        return to(state, { do: 'open', screen: wizardState() });
      case 'demo':
        return to(state, { do: 'open', screen: wizardState({ rehearse: true }) });
      case 'filter':
        return to({ ...state, filtering: true });
      case 'filter-done':
        return to({ ...state, filtering: false });
      case 'filter-cancel':
      case 'clear-filter':
        return to({ ...state, filter: '', filtering: false });
      case 'sort':
        return to({ ...state, sort: sorts[(sorts.indexOf(state.sort) + 1) % sorts.length] ?? 'attention' });
      case 'archive':
        return to({ ...state, archived: !state.archived });
      case 'cleanup':
        return to(state, { do: 'ask', dialog: cleanupDialog(shared) });
      case 'open':
      case 'ssh':
      case 'destroy':
      case 'extend':
      case 'stop':
      case 'start':
      case 'resume':
        return row === null ? to(state) : withRow(state, action, row);
      case 'move:down':
      case 'move:up':
      case 'move:page-down':
      case 'move:page-up':
      case 'move:first':
      case 'move:last':
        return to(move(state, action, shared));
    }
  },
  typing: ({ filtering }) => filtering,
  type: (state, key, text) => to({ ...state, filter: editField(textField(state.filter), key, text).text }),
  receive: (state, incoming) => {
    if (incoming.type === 'chosen') return chosen(state, incoming.tag, incoming.choice);
    if (incoming.type === 'started') return to(state, { do: 'open', screen: runState(...startedAs(incoming.tag), { run: incoming.started.run }) });
    if (incoming.type === 'failed') return to(state, { do: 'say', text: incoming.reason, tone: 'bad' });
    return to(state);
  },
  watches: () => [],
  opened: (state) => to(state),
  commandLine: (state) => `labtui list${state.archived ? ' --all' : ''}`,
  View: HomeView,
};

function withRow(state: HomeState, action: 'open' | 'ssh' | 'destroy' | 'extend' | 'stop' | 'start' | 'resume', row: SessionSummary): Step<HomeState> {
  const here = { ...state, selected: row.id, filtering: false };
  switch (action) {
    case 'open':
      return to(here, { do: 'open', screen: attentionOf(row, 0) === 'working' ? runState('apply', [], { session: row.id }) : sessionState(row.id) });
    case 'ssh':
      return to(here, { do: 'foreground', tag: 'ssh', args: ['ssh', row.id] });
    case 'resume':
      return to(here, { do: 'start', tag: `apply ${row.id}`, args: ['apply', '--session', row.id, '--auto-approve'] });
    case 'destroy':
      return to(here, { do: 'ask', dialog: destroyDialog({ ...row, what: row.clouds }) });
    case 'extend':
      return to(here, { do: 'ask', dialog: extendDialog(row) });
    case 'stop':
      return to(here, { do: 'ask', dialog: stopDialog(row) });
    case 'start':
      return to(here, { do: 'start', tag: `start ${row.id}`, args: ['start', row.id] });
  }
}

function cleanupDialog({ sessions, nowMs }: Shared): Dialog {
  const expired = (sessions ?? []).filter((row) => attentionOf(row, nowMs) === 'expired');
  return {
    tag: 'cleanup',
    title: expired.length === 0 ? 'No lab is past its deadline' : `End ${expired.length} ${expired.length === 1 ? 'lab' : 'labs'} past the deadline?`,
    lines: [...expired.map(({ name, clouds }) => `${name}   ${clouds.join(' ')}`), 'labtui cleanup --expired'],
    choices: [
      { id: 'keep', key: 'n', label: expired.length === 0 ? 'back' : 'keep them', dangerous: false },
      ...(expired.length === 0 ? [] : [{ id: 'cleanup', key: 'y', label: 'end them', dangerous: true }]),
    ],
    typeToConfirm: null,
  };
}

function chosen(state: HomeState, tag: string, choice: string): Step<HomeState> {
  const doomed = destroyArgs(tag, choice);
  if (doomed !== null) return to(state, { do: 'start', tag, args: doomed });
  const longer = extendArgs(tag, choice);
  if (longer !== null) return to(state, { do: 'start', tag: longer.join(' '), args: longer });
  const off = stopArgs(tag, choice);
  if (off !== null) return to(state, { do: 'start', tag, args: off });
  if (choice === 'cleanup') return to(state, { do: 'start', tag, args: ['cleanup', '--expired', '--auto-approve'] });
  return to(state);
}

/** The verb and arguments that a started run was asked for under its tag. */
function startedAs(tag: string): [verb: string, args: readonly string[]] {
  const [verb = '', session = '', ...rest] = tag.split(' ');
  if (verb === 'cleanup') return [verb, ['cleanup', '--expired']];
  return [verb, verb === 'apply' ? ['apply', '--session', session] : [verb, session, ...rest]];
}

function move(state: HomeState, action: HomeAction, { sessions, nowMs, rows: height }: Shared): HomeState {
  const rows = visibleRows(sessions ?? [], state, nowMs);
  const at = cursorOf(rows, state.selected);
  const page = Math.max(1, height - 8);
  const steps: Readonly<Partial<Record<HomeAction, number>>> = { 'move:down': 1, 'move:up': -1, 'move:page-down': page, 'move:page-up': -page, 'move:first': -rows.length, 'move:last': rows.length };
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + (steps[action] ?? 0)))];
  return { ...state, selected: next?.id ?? null };
}
