import { type Step, to } from '../../model/effect.ts';
import type { Binding, ScreenModule, Shared } from '../../model/screen.ts';
import { editField } from '../../model/text-field.ts';
import { splitWords } from '../../model/words.ts';
import type { Answer } from '../../port.ts';
import type { CommandState } from './state.ts';
import { CommandView } from './view.tsx';

type CommandAction = 'run' | 'edit' | 'terminal' | 'move:down' | 'move:up' | 'move:page-down' | 'move:page-up' | 'move:first' | 'move:last';

/** Every verb of the command line, also those that have no screen of their own. */
export const commandScreen: ScreenModule<CommandState, CommandAction> = {
  title: ({ command }) => command.name,
  keymap,
  act: (state, action, shared) => {
    switch (action) {
      case 'run':
        return run(state);
      case 'terminal':
        return to(state, { do: 'foreground', tag: 'run', args: wordsOf(state) ?? [] });
      case 'edit':
        return to({ ...state, phase: 'editing' });
      case 'move:down':
      case 'move:up':
      case 'move:page-down':
      case 'move:page-up':
      case 'move:first':
      case 'move:last':
        return to(scrolled(state, action, shared));
    }
  },
  typing: ({ phase }) => phase === 'editing',
  type: (state, key, text) => to({ ...state, args: editField(state.args, key, text) }),
  receive: (state, incoming) => {
    if (incoming.type === 'answered') return to(answered(state, incoming.answer));
    if (incoming.type === 'returned') return to({ ...state, phase: 'ended', exitCode: incoming.exitCode, lines: [] });
    if (incoming.type === 'failed') return to({ ...state, phase: 'ended', exitCode: null, lines: [incoming.reason] });
    return to(state);
  },
  watches: () => [],
  opened: (state) => to(state),
  commandLine: ({ command, args }) => `labtui ${command.name} ${args.text}`.trimEnd(),
  View: CommandView,
};

function wordsOf({ command, args }: CommandState): readonly string[] | null {
  const words = splitWords(args.text);
  return words === null ? null : [...command.name.split(' '), ...words];
}

function keymap(state: CommandState): readonly Binding<CommandAction>[] {
  const running = state.phase === 'running' ? 'it is running' : null;
  const open = wordsOf(state) === null ? 'a quote is not closed' : running;
  const nothing = state.lines.length === 0 ? 'there is nothing to read yet' : null;
  const moving = { label: 'scroll', disabled: nothing, inFooter: false } as const;
  const terminal: Binding<CommandAction> = { action: 'terminal', keys: state.command.interactive ? ['enter'] : ['ctrl-t'], label: 'run in terminal', help: 'run it on the whole terminal: it may ask', disabled: open };
  const run: Binding<CommandAction> = { action: 'run', keys: ['enter'], label: 'run', help: 'run it and read what it prints', disabled: open };
  return [
    ...(state.command.interactive ? [terminal] : [run, terminal]),
    { action: 'edit', keys: ['e', 'i'], label: 'change', help: 'change the arguments', disabled: state.phase === 'editing' ? 'you are typing them' : running, inFooter: state.phase === 'ended' },
    { action: 'move:down', keys: ['down', 'j'], help: 'one line down', ...moving },
    { action: 'move:up', keys: ['up', 'k'], help: 'one line up', ...moving },
    { action: 'move:page-down', keys: ['pagedown', 'space'], help: 'one page down', ...moving },
    { action: 'move:page-up', keys: ['pageup', 'b'], help: 'one page up', ...moving },
    { action: 'move:first', keys: ['home', 'g'], help: 'the beginning', ...moving },
    { action: 'move:last', keys: ['end', 'G'], help: 'the end', ...moving },
  ];
}

function run(state: CommandState): Step<CommandState> {
  const args = wordsOf(state);
  if (args === null) return to(state);
  return to({ ...state, phase: 'running', exitCode: null, lines: [], offset: 0 }, { do: 'query', tag: 'run', args, json: false });
}

function answered(state: CommandState, { exitCode, stdout, stderr }: Answer): CommandState {
  const text = [stdout.trimEnd(), stderr.trimEnd()].filter((part) => part !== '').join('\n\n');
  return { ...state, phase: 'ended', exitCode, lines: text === '' ? [] : text.split('\n'), offset: 0 };
}

function scrolled(state: CommandState, action: CommandAction, { rows }: Shared): CommandState {
  const page = Math.max(1, rows - 9);
  const last = Math.max(0, state.lines.length - page);
  const by: Readonly<Partial<Record<CommandAction, number>>> = { 'move:down': 1, 'move:up': -1, 'move:page-down': page, 'move:page-up': -page, 'move:first': -state.lines.length, 'move:last': state.lines.length };
  return { ...state, offset: Math.max(0, Math.min(last, state.offset + (by[action] ?? 0))) };
}
