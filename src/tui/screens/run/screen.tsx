import type { Dialog } from '../../model/dialog.ts';
import { type Step, to } from '../../model/effect.ts';
import { destroyArgs, destroyDialog } from '../../model/lab-dialogs.ts';
import type { Incoming } from '../../model/message.ts';
import type { ScreenModule, Shared } from '../../model/screen.ts';
import { shellLine } from '../../../core/shell-word.ts';
import { sessionState } from '../session/state.ts';
import { type RunAction, runKeys } from './keys.ts';
import { hostDialog } from './host-dialog.ts';
import { reduceEvents } from './progress.ts';
import { isOver, runState, type RunState, sessionOf } from './state.ts';
import { RunView } from './view.tsx';

/** A run as it goes on. It is a process of its own: leaving this screen, or labtui, does not touch it. */
export const runScreen: ScreenModule<RunState, RunAction> = {
  title: (state) => `${state.verb} ${sessionOf(state) ?? ''}`.trimEnd(),
  keymap: runKeys,
  act,
  typing: () => false,
  type: (state) => to(state),
  receive,
  watches: ({ source }) => ['run' in source ? { on: 'run', run: source.run } : { on: 'session', session: source.session }],
  opened: (state) => to(state),
  commandLine: (state) => {
    const session = sessionOf(state);
    if (state.args.length > 0) return `labtui ${shellLine(state.args)}`;
    return session === null ? null : `labtui events ${session} --follow`;
  },
  View: RunView,
};

function act(state: RunState, action: RunAction, shared: Shared): Step<RunState> {
  const session = sessionOf(state);
  switch (action) {
    case 'ssh':
      return session === null ? to(state) : ssh(state, session);
    case 'open':
      return session === null ? to(state) : to(state, { do: isOver(state) ? 'replace' : 'open', screen: sessionState(session) });
    case 'terraform':
      return session === null ? to(state) : to(state, { do: 'open', screen: sessionState(session, 'terraform') });
    case 'resume':
      return session === null ? to(state) : to(state, { do: 'start', tag: 'apply', args: ['apply', '--session', session, '--auto-approve'] });
    case 'destroy':
      return session === null ? to(state) : to(state, { do: 'ask', dialog: doomed(state, session, shared) });
    case 'cancel':
      return to(state, { do: 'ask', dialog: cancelDialog(state) });
    case 'log':
      return to({ ...state, pane: state.pane === 'log' ? 'progress' : 'log', back: 0 });
    case 'minimise':
      return to(state, { do: 'home' }, ...(isOver(state) ? [] : [{ do: 'say', text: 'the run goes on in the background', tone: 'plain' } as const]));
    case 'move:down':
    case 'move:up':
    case 'move:page-down':
    case 'move:page-up':
    case 'move:first':
    case 'move:last':
      return to(scrolled(state, action, shared));
  }
}

/** Of several machines, the one that is asked for. */
function ssh(state: RunState, session: string): Step<RunState> {
  const hosts = hostNames(state);
  if (hosts.length < 2) return to(state, { do: 'foreground', tag: 'ssh', args: ['ssh', session] });
  return to(state, { do: 'ask', dialog: hostDialog(hosts) });
}

function hostNames({ progress }: RunState): readonly string[] {
  return [...progress.stacks.values()].flatMap(({ hosts }) => [...hosts.keys()]);
}

function doomed(state: RunState, session: string, { sessions }: Shared): Dialog {
  const known = sessions?.find(({ id }) => id === session);
  const what = [...state.progress.stacks.values()].flatMap(({ resources }) => [...resources.values()].filter(({ id }) => id !== null).map(({ address, id }) => `${address}  ${id ?? ''}`));
  return destroyDialog({ id: session, name: known?.name ?? session, rehearsed: known?.rehearsed ?? false, what });
}

/** What they leave when they are stopped stands on purpose, or goes anyway. */
const harmless: ReadonlySet<string> = new Set(['destroy', 'cleanup', 'stop', 'start', 'restart']);

function cancelDialog(state: RunState): Dialog {
  const made = [...state.progress.stacks.values()].reduce((sum, { resources }) => sum + [...resources.values()].filter(({ status }) => status === 'complete').length, 0);
  return {
    tag: 'cancel',
    title: `Stop ${state.verb}?`,
    lines: [`${made} ${made === 1 ? 'resource is' : 'resources are'} done so far.`, 'Terraform gets one interrupt and finishes what it is at; its state is saved.'],
    choices: [
      { id: 'go-on', key: 'n', label: 'go on', dangerous: false },
      { id: 'stop', key: 's', label: 'stop, keep what stands', dangerous: false },
      ...(harmless.has(state.verb) ? [] : [{ id: 'stop-destroy', key: 'd', label: 'stop, then destroy what stands', dangerous: true }]),
    ],
    typeToConfirm: null,
  };
}

function receive(state: RunState, incoming: Incoming): Step<RunState> {
  switch (incoming.type) {
    case 'events':
      return follow({ ...state, progress: reduceEvents(state.progress, incoming.events) });
    case 'run-ended':
      return follow({ ...state, ended: { exitCode: incoming.exitCode, stderr: incoming.stderr } });
    case 'chosen':
      return chosen(state, incoming);
    case 'started':
      return to(state, { do: 'replace', screen: runState(incoming.tag, startedArgs(incoming.tag, sessionOf(state)), { run: incoming.started.run }) });
    case 'failed':
      return to({ ...state, stopping: false }, { do: 'say', text: incoming.reason, tone: 'bad' });
    case 'returned':
    case 'answered':
    case 'files':
      return to(state);
  }
}

function startedArgs(verb: string, session: string | null): readonly string[] {
  if (session === null) return [verb];
  return verb === 'apply' ? ['apply', '--session', session] : [verb, session];
}

/** A run that was stopped in order to be destroyed is destroyed once it has ended. */
function follow(state: RunState): Step<RunState> {
  const session = sessionOf(state);
  if (state.afterStop !== 'destroy' || !isOver(state)) return to(state);
  const done: RunState = { ...state, afterStop: 'nothing' };
  return session === null ? to(done) : to(done, { do: 'start', tag: 'destroy', args: ['destroy', session, '--auto-approve'] });
}

function chosen(state: RunState, { tag, choice }: { readonly tag: string; readonly choice: string }): Step<RunState> {
  const session = sessionOf(state);
  if (tag === 'host') return choice === '' || session === null ? to(state) : to(state, { do: 'foreground', tag: 'ssh', args: ['ssh', session, '--host', choice] });
  const args = destroyArgs(tag, choice);
  if (args !== null) return to(state, { do: 'start', tag: 'destroy', args });
  if (choice !== 'stop' && choice !== 'stop-destroy') return to(state);
  const stopping: RunState = { ...state, stopping: true, afterStop: choice === 'stop-destroy' ? 'destroy' : 'nothing' };
  return to(stopping, { do: 'interrupt', target: state.source }, { do: 'say', text: 'stopping: Terraform finishes what it is at', tone: 'plain' });
}

function scrolled(state: RunState, action: RunAction, { rows }: Shared): RunState {
  const page = Math.max(1, rows - 8);
  const most = Math.max(0, state.progress.log.length - page);
  const by: Readonly<Partial<Record<RunAction, number>>> = { 'move:down': -1, 'move:up': 1, 'move:page-down': -page, 'move:page-up': page, 'move:first': most, 'move:last': -most };
  return { ...state, back: Math.max(0, Math.min(most, state.back + (by[action] ?? 0))) };
}

