import type { Dialog } from './dialog.ts';
import type { ScreenState } from './screens.ts';

/** What only the world outside can do. Answers come back to the screen as Incoming messages with the same tag. */
export type WorldEffect =
  /** `labtui ARGS`, to its end. A later query with the same tag of the same screen takes its place. */
  | { readonly do: 'query'; readonly tag: string; readonly args: readonly string[]; readonly json: boolean }
  | { readonly do: 'start'; readonly tag: string; readonly args: readonly string[] }
  | { readonly do: 'foreground'; readonly tag: string; readonly args: readonly string[] }
  | { readonly do: 'edit'; readonly tag: string; readonly path: string }
  | { readonly do: 'files'; readonly tag: string; readonly session: string }
  | { readonly do: 'interrupt'; readonly target: { readonly run: string } | { readonly session: string } }
  /** To the terminal's clipboard. */
  | { readonly do: 'copy'; readonly text: string };

/** What changes nothing but the interface itself. */
export type InterfaceEffect =
  /** One line at the bottom, for some seconds. */
  | { readonly do: 'say'; readonly text: string; readonly tone: 'good' | 'bad' | 'plain' }
  | { readonly do: 'open'; readonly screen: ScreenState }
  /** Leave this screen and open another in its place. */
  | { readonly do: 'replace'; readonly screen: ScreenState }
  /** Asks; the answer is a `chosen` with the dialog's tag. */
  | { readonly do: 'ask'; readonly dialog: Dialog }
  /** One screen back; the home screen asks to leave. */
  | { readonly do: 'back' }
  | { readonly do: 'home' }
  | { readonly do: 'help' }
  | { readonly do: 'palette' }
  | { readonly do: 'quit'; readonly exitCode: number };

/** What a screen wants done. */
export type Effect = WorldEffect | InterfaceEffect;

/** What a screen wants to be told of, for as long as it says so. */
export type Watch = { readonly on: 'session'; readonly session: string } | { readonly on: 'run'; readonly run: string };

/** A new state, and what is to be done now. */
export interface Step<S> {
  readonly state: S;
  readonly effects: readonly Effect[];
}

/** A step that only changes the state. */
export function to<S>(state: S, ...effects: readonly Effect[]): Step<S> {
  return { state, effects };
}
