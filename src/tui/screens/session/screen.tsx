import type { LabEvent } from '../../../core/events.ts';
import { type Effect, type Step, to } from '../../model/effect.ts';
import { destroyArgs, destroyDialog, extendArgs, extendDialog, stopArgs, stopDialog } from '../../model/lab-dialogs.ts';
import type { Incoming } from '../../model/message.ts';
import type { ScreenModule, Shared } from '../../model/screen.ts';
import { editField, textField } from '../../model/text-field.ts';
import { commandState } from '../command/state.ts';
import { logLinesOf, reduceEvents } from '../run/progress.ts';
import { hostDialog } from '../run/host-dialog.ts';
import { runState } from '../run/state.ts';
import { hostsIn, inventoryIn } from './documents.ts';
import { type SessionAction, sessionKeys } from './keys.ts';
import { tabLines } from './lines.ts';
import { type SessionState, type SessionTab, sessionTabs } from './state.ts';
import { offsetOf, SessionView } from './view.tsx';

/** One lab: its machines, resources, events, Terraform, receipt, and everything that can be done with it. */
export const sessionScreen: ScreenModule<SessionState, SessionAction> = {
  title: ({ session }) => session,
  keymap: sessionKeys,
  act,
  typing: ({ filtering }) => filtering,
  type: (state, key, text) => to({ ...state, filter: editField(textField(state.filter), key, text).text, at: { ...state.at, events: undefined } }),
  receive,
  watches: ({ session }) => [{ on: 'session', session }],
  opened: (state) => to(state, ...loads(state)),
  commandLine: ({ session, tab }) => ({ hosts: `labtui show ${session}`, inventory: `labtui inventory ${session}`, events: `labtui events ${session}`, plan: `labtui show ${session}`, terraform: `labtui show ${session}`, console: `labtui console ${session}`, receipt: `labtui receipt ${session}` })[tab],
  View: SessionView,
};

/** Events of all its runs that are kept. */
const historyLimit = 10_000;

/** What is read of the session; again whenever a run of it ends. */
function loads({ session }: SessionState): readonly Effect[] {
  return [
    { do: 'query', tag: 'show', args: ['show', session], json: true },
    { do: 'query', tag: 'inventory', args: ['inventory', session], json: true },
    { do: 'files', tag: 'files', session },
  ];
}

function act(state: SessionState, action: SessionAction, shared: Shared): Step<SessionState> {
  const { session } = state;
  if (isOf('move', action)) return to(scrolled(state, action, shared));
  if (isOf('tab', action)) return openTab(state, sessionTabs.find((tab) => action === `tab:${tab}`) ?? state.tab);
  if (isOf('verb', action)) {
    const command = shared.facts.commands.find(({ name }) => action === `verb:${name}`);
    return command === undefined ? to(state) : to(state, { do: 'open', screen: commandState(command, `${session} `) });
  }
  switch (action) {
    case 'ssh': {
      const hosts = (state.hosts ?? []).map(({ name }) => name);
      return hosts.length < 2 ? to(state, { do: 'foreground', tag: 'ssh', args: ['ssh', session] }) : to(state, { do: 'ask', dialog: hostDialog(hosts) });
    }
    case 'exec': {
      const command = shared.facts.commands.find(({ name }) => name === 'exec');
      return command === undefined ? to(state) : to(state, { do: 'open', screen: commandState(command, `${session} -- `) });
    }
    case 'destroy': {
      const row = shared.sessions?.find(({ id }) => id === session);
      const what = (state.inventory ?? []).map(({ address, id }) => `${address}  ${id ?? ''}`);
      return to(state, { do: 'ask', dialog: destroyDialog({ id: session, name: row?.name ?? session, rehearsed: row?.rehearsed ?? false, what }) });
    }
    case 'extend':
      return to(state, { do: 'ask', dialog: extendDialog({ id: session, name: shared.sessions?.find(({ id }) => id === session)?.name ?? session }) });
    case 'replace': {
      const command = shared.facts.commands.find(({ name }) => name === 'replace');
      return command === undefined ? to(state) : to(state, { do: 'open', screen: commandState(command, `${session} --distro `) });
    }
    case 'stop':
      return to(state, { do: 'ask', dialog: stopDialog({ id: session, name: shared.sessions?.find(({ id }) => id === session)?.name ?? session }) });
    case 'start':
      return to(state, { do: 'start', tag: 'start', args: ['start', session] });
    case 'resume':
      return to(state, { do: 'start', tag: 'apply', args: ['apply', '--session', session, '--auto-approve'] });
    case 'run':
      return to(state, { do: 'open', screen: runState('run', [], { session }) });
    case 'next':
    case 'previous': {
      const at = sessionTabs.indexOf(state.tab) + (action === 'next' ? 1 : sessionTabs.length - 1);
      return openTab(state, sessionTabs[at % sessionTabs.length] ?? 'hosts');
    }
    case 'edit': {
      const file = state.files[state.file];
      return file === undefined ? to(state) : to(state, { do: 'edit', tag: 'edit', path: file.path });
    }
    case 'file':
      return to({ ...state, file: (state.file + 1) % Math.max(1, state.files.length), at: { ...state.at, terraform: 0 } });
    case 'copy-ssh':
      return to(state, { do: 'copy', text: `labtui ssh ${session}` });
    case 'filter':
      return to({ ...state, filtering: true });
    case 'filter-done':
      return to({ ...state, filtering: false });
    case 'filter-cancel':
      return to({ ...state, filtering: false, filter: '' });
  }
}

function isOf<Family extends string>(family: Family, action: SessionAction): action is Extract<SessionAction, `${Family}:${string}`> {
  return action.startsWith(`${family}:`);
}

function openTab(state: SessionState, tab: SessionTab): Step<SessionState> {
  const opened = { ...state, tab };
  if (tab !== 'receipt' && tab !== 'console') return to(opened);
  return to(opened, { do: 'query', tag: tab, args: [tab, state.session], json: false });
}

function receive(state: SessionState, incoming: Incoming): Step<SessionState> {
  switch (incoming.type) {
    case 'events':
      return withEvents(state, incoming.events);
    case 'files':
      return to({ ...state, files: incoming.files });
    case 'answered': {
      const { tag, answer } = incoming;
      if (tag === 'show') return to({ ...state, hosts: hostsIn(answer.documents[0]) });
      if (tag === 'inventory') return to({ ...state, inventory: inventoryIn(answer.documents[0]) });
      const printed = (answer.stdout.trimEnd() || answer.stderr.trimEnd()).split('\n');
      return to(tag === 'receipt' || tag === 'console' ? { ...state, texts: { ...state.texts, [tag]: printed } } : state);
    }
    case 'chosen': {
      if (incoming.tag === 'host') return incoming.choice === '' ? to(state) : to(state, { do: 'foreground', tag: 'ssh', args: ['ssh', state.session, '--host', incoming.choice] });
      const doomed = destroyArgs(incoming.tag, incoming.choice);
      if (doomed !== null) return to(state, { do: 'start', tag: 'destroy', args: doomed });
      const off = stopArgs(incoming.tag, incoming.choice);
      if (off !== null) return to(state, { do: 'start', tag: 'stop', args: off });
      const longer = extendArgs(incoming.tag, incoming.choice);
      return longer === null ? to(state) : to(state, { do: 'start', tag: `extend ${incoming.choice}`, args: longer });
    }
    case 'started': {
      const [verb = '', ...rest] = incoming.tag.split(' ');
      const args = verb === 'apply' ? ['apply', '--session', state.session] : [verb, state.session, ...rest];
      return to(state, { do: 'open', screen: runState(verb, args, { run: incoming.started.run }) });
    }
    case 'failed':
      return to(state, { do: 'say', text: incoming.reason, tone: 'bad' });
    case 'returned':
    case 'run-ended':
      return to(state);
  }
}

/** The events are kept as lines; where a run ended, what it changed is read again. */
function withEvents(state: SessionState, events: readonly LabEvent[]): Step<SessionState> {
  const progress = reduceEvents(state.progress, events);
  const next = { ...state, progress, history: [...state.history, ...logLinesOf(events)].slice(-historyLimit) };
  return events.some(({ type }) => type === 'result') && state.hosts !== null ? to(next, ...loads(next)) : to(next);
}

function scrolled(state: SessionState, action: SessionAction, shared: Shared): SessionState {
  const room = Math.max(1, shared.rows - 7);
  const count = tabLines(state, shared).length;
  const by: Readonly<Record<string, number>> = { 'move:down': 1, 'move:up': -1, 'move:page-down': room, 'move:page-up': -room, 'move:first': -count, 'move:last': count };
  const next = offsetOf({ ...state, at: { ...state.at, [state.tab]: offsetOf(state, count, room) + (by[action] ?? 0) } }, count, room);
  // At its end the list of events follows again.
  return { ...state, at: { ...state.at, [state.tab]: state.tab === 'events' && next >= count - room ? undefined : next } };
}
