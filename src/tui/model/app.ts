import type { SessionSummary } from '../../core/session.ts';
import type { TuiFacts } from '../port.ts';
import type { OpenDialog } from './dialog.ts';
import type { Effect, Step, WorldEffect } from './effect.ts';
import { helpKey, openHelp, type HelpState } from './help.ts';
import type { Message, ScreenId } from './message.ts';
import { dialogKey, openDialog } from './dialog-keys.ts';
import { openPalette, paletteKey, type PaletteState } from './palette.ts';
import type { Binding, Shared } from './screen.ts';
import type { ScreenState } from './screens.ts';
import { moduleOf } from '../screens/registry.ts';

export interface OpenScreen {
  readonly id: ScreenId;
  readonly state: ScreenState;
}

export type Overlay =
  | { readonly kind: 'help'; readonly help: HelpState }
  | { readonly kind: 'palette'; readonly palette: PaletteState }
  | { readonly kind: 'dialog'; readonly screen: ScreenId; readonly open: OpenDialog };

export interface AppState {
  readonly facts: TuiFacts;
  readonly columns: number;
  readonly rows: number;
  readonly nowMs: number;
  readonly sessions: readonly SessionSummary[] | null;
  /** The last one is seen. Never empty. */
  readonly screens: readonly OpenScreen[];
  readonly nextScreen: ScreenId;
  readonly overlay: Overlay | null;
  readonly said: { readonly text: string; readonly tone: 'good' | 'bad' | 'plain'; readonly untilMs: number } | null;
  /** Set: the interface is to end with it. */
  readonly exitCode: number | null;
}

/** What is to be done outside, with the screen that wants it. */
export interface PendingEffect {
  readonly screen: ScreenId;
  readonly effect: WorldEffect;
}

export interface AppStep {
  readonly app: AppState;
  readonly effects: readonly PendingEffect[];
}

const sayForMs = 4_000;

/** The interface at its start, with one screen open. */
export function startApp(facts: TuiFacts, size: { readonly columns: number; readonly rows: number; readonly nowMs: number }, first: ScreenState): AppStep {
  const app: AppState = { facts, ...size, sessions: null, screens: [], nextScreen: 1, overlay: null, said: null, exitCode: null };
  return open(app, first);
}

export function sharedOf({ facts, nowMs, columns, rows, sessions }: AppState): Shared {
  return { facts, nowMs, columns, rows, sessions };
}

/** The screen that is seen. */
export function topOf({ screens }: AppState): OpenScreen {
  const top = screens.at(-1);
  if (top === undefined) throw new Error('no screen is open');
  return top;
}

/** The whole interface as one pure function. */
export function update(app: AppState, message: Message): AppStep {
  switch (message.type) {
    case 'key':
      return onKey(app, message.key, message.text);
    case 'resize':
      return { app: { ...app, columns: message.columns, rows: message.rows }, effects: [] };
    case 'tick':
      return { app: { ...app, nowMs: message.nowMs, said: app.said !== null && app.said.untilMs <= message.nowMs ? null : app.said }, effects: [] };
    case 'sessions':
      return { app: { ...app, sessions: message.rows }, effects: [] };
    case 'to-screen': {
      const target = app.screens.find(({ id }) => id === message.screen);
      if (target === undefined) return { app, effects: [] };
      return settle(app, target.id, moduleOf(target.state).receive(target.state, message.incoming, sharedOf(app)));
    }
    case 'leave':
      return { app: { ...app, exitCode: message.exitCode }, effects: [] };
  }
}

/** The bindings that hold now, the screen's own first. */
export function bindingsOf(app: AppState): readonly Binding[] {
  const { state } = topOf(app);
  const screen = moduleOf(state);
  const own = screen.keymap(state, sharedOf(app));
  const taken = new Set(own.filter(({ inFooter = true }) => inFooter).flatMap(({ keys }) => keys));
  // The footer names a key once, and none that would be typed into a text field.
  const isElsewhere = ([shown = '']: readonly string[]): boolean => taken.has(shown) || (screen.typing(state) && Array.from(shown).length === 1);
  return [...own, ...everywhere(app).map((binding) => (isElsewhere(binding.keys) ? { ...binding, inFooter: false } : binding))];
}

function everywhere(app: AppState): readonly Binding[] {
  const deep = app.screens.length > 1;
  const command = commandLineOf(app);
  return [
    { action: 'app:palette', keys: [':', 'ctrl-p'], label: 'actions', help: 'every action, by name', disabled: null },
    { action: 'app:help', keys: ['?', 'f1'], label: 'help', help: 'the keys of this screen', disabled: null },
    { action: 'app:copy', keys: ['y'], label: 'copy command', help: 'copy the command line that does the same', disabled: command === null ? 'this screen has no command line' : null, inFooter: false },
    { action: 'app:back', keys: ['escape', 'q'], label: deep ? 'back' : 'quit', help: deep ? 'one screen back' : 'leave labtui; runs go on', disabled: null },
  ];
}

/** The command line that does what the screen shows. */
export function commandLineOf(app: AppState): string | null {
  const { state } = topOf(app);
  return moduleOf(state).commandLine(state, sharedOf(app));
}

function onKey(app: AppState, key: string, text: string): AppStep {
  if (app.overlay !== null) return overlayKey(app, app.overlay, key, text);
  const { id, state } = topOf(app);
  const screen = moduleOf(state);
  if (key === 'ctrl-c') {
    // A screen that would lose something has a binding of its own for it.
    const own = bindingsOf(app).find(({ keys }) => keys.includes(key));
    return own === undefined ? applyEffects(app, id, [{ do: 'back' }]) : use(app, own);
  }
  if (screen.typing(state) && isForTextField(key, text)) return settle(app, id, screen.type(state, key, text, sharedOf(app)));
  const binding = bindingsOf(app).find(({ keys }) => keys.includes(key));
  return binding === undefined ? { app, effects: [] } : use(app, binding);
}

const textKeys: ReadonlySet<string> = new Set(['backspace', 'delete', 'left', 'right', 'home', 'end', 'ctrl-u', 'ctrl-w', 'ctrl-a', 'ctrl-e', 'space']);

function isForTextField(key: string, text: string): boolean {
  return textKeys.has(key) || (text !== '' && key !== 'enter' && key !== 'tab' && key !== 'escape' && !key.startsWith('ctrl-'));
}

/** Does what a binding stands for, or says why not. */
export function use(app: AppState, binding: Binding): AppStep {
  const { id, state } = topOf(app);
  if (binding.disabled !== null) return applyEffects(app, id, [{ do: 'say', text: `${binding.label}: ${binding.disabled}`, tone: 'plain' }]);
  switch (binding.action) {
    case 'app:palette':
      return applyEffects(app, id, [{ do: 'palette' }]);
    case 'app:help':
      return applyEffects(app, id, [{ do: 'help' }]);
    case 'app:back':
      return applyEffects(app, id, [{ do: 'back' }]);
    case 'app:copy': {
      const command = commandLineOf(app);
      return command === null ? { app, effects: [] } : applyEffects(app, id, [{ do: 'copy', text: command }]);
    }
    default:
      return settle(app, id, moduleOf(state).act(state, binding.action, sharedOf(app)));
  }
}

function overlayKey(app: AppState, overlay: Overlay, key: string, text: string): AppStep {
  const closed: AppState = { ...app, overlay: null };
  switch (overlay.kind) {
    case 'help': {
      const help = helpKey(overlay.help, key);
      return { app: help === null ? closed : { ...app, overlay: { kind: 'help', help } }, effects: [] };
    }
    case 'palette': {
      const outcome = paletteKey(overlay.palette, key, text);
      if ('palette' in outcome) return { app: { ...app, overlay: { kind: 'palette', palette: outcome.palette } }, effects: [] };
      const { chosen } = outcome;
      if (chosen === null) return { app: closed, effects: [] };
      if (chosen.kind === 'binding') return use(closed, chosen.binding);
      return applyEffects(closed, topOf(app).id, [{ do: 'open', screen: chosen.screen }]);
    }
    case 'dialog': {
      const outcome = dialogKey(overlay.open, key, text);
      if ('open' in outcome) return { app: { ...app, overlay: { ...overlay, open: outcome.open } }, effects: [] };
      const { choice, typed } = outcome;
      const { tag } = overlay.open.dialog;
      if (tag === quitTag) return choice === 'quit' ? { app: { ...closed, exitCode: 0 }, effects: [] } : { app: closed, effects: [] };
      return update(closed, { type: 'to-screen', screen: overlay.screen, incoming: { type: 'chosen', tag, choice, text: typed } });
    }
  }
}

const quitTag = 'app:quit';

function settle(app: AppState, id: ScreenId, { state, effects }: Step<ScreenState>): AppStep {
  const screens = app.screens.map((screen) => (screen.id === id ? { id, state } : screen));
  return applyEffects({ ...app, screens }, id, effects);
}

/** Carries out what changes only the interface; hands on the rest. */
function applyEffects(app: AppState, screen: ScreenId, effects: readonly Effect[]): AppStep {
  let current = app;
  const pending: PendingEffect[] = [];
  for (const effect of effects) {
    const step = applyEffect(current, screen, effect);
    current = step.app;
    pending.push(...step.effects);
  }
  return { app: current, effects: pending };
}

function applyEffect(app: AppState, screen: ScreenId, effect: Effect): AppStep {
  switch (effect.do) {
    case 'say':
      return { app: { ...app, said: { text: effect.text, tone: effect.tone, untilMs: app.nowMs + sayForMs } }, effects: [] };
    case 'open':
      return open(app, effect.screen);
    case 'replace':
      return open({ ...app, screens: app.screens.filter(({ id }) => id !== screen) }, effect.screen);
    case 'ask':
      return { app: { ...app, overlay: { kind: 'dialog', screen, open: openDialog(effect.dialog) } }, effects: [] };
    case 'back':
      return back(app, screen);
    case 'home':
      return { app: { ...app, screens: app.screens.slice(0, 1) }, effects: [] };
    case 'help':
      return { app: { ...app, overlay: { kind: 'help', help: openHelp() } }, effects: [] };
    case 'palette':
      return { app: { ...app, overlay: { kind: 'palette', palette: openPalette(bindingsOf(app), app.facts.commands) } }, effects: [] };
    case 'quit':
      return { app: { ...app, exitCode: effect.exitCode }, effects: [] };
    case 'copy': {
      const said = { text: `copied: ${effect.text}`, tone: 'plain', untilMs: app.nowMs + sayForMs } as const;
      return { app: { ...app, said }, effects: [{ screen, effect }] };
    }
    case 'query':
    case 'start':
    case 'foreground':
    case 'edit':
    case 'files':
    case 'interrupt':
      return { app, effects: [{ screen, effect }] };
  }
}

function open(app: AppState, state: ScreenState): AppStep {
  const id = app.nextScreen;
  const opened: AppState = { ...app, nextScreen: id + 1, screens: [...app.screens, { id, state }] };
  return settle(opened, id, moduleOf(state).opened(state, sharedOf(opened)));
}

function back(app: AppState, screen: ScreenId): AppStep {
  if (app.screens.length > 1) return { app: { ...app, screens: app.screens.filter(({ id }) => id !== screen) }, effects: [] };
  const lines = ['Runs that are going on go on: they are processes of their own.'];
  const dialog = openDialog({
    tag: quitTag,
    title: 'Leave labtui?',
    lines,
    choices: [
      { id: 'quit', key: 'y', label: 'leave', dangerous: false },
      { id: 'stay', key: 'n', label: 'stay', dangerous: false },
    ],
    typeToConfirm: null,
    escape: 'stay',
  });
  return { app: { ...app, overlay: { kind: 'dialog', screen, open: dialog } }, effects: [] };
}
