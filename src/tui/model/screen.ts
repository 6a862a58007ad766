import type { ReactElement } from 'react';
import type { SessionSummary } from '../../core/session.ts';
import type { TuiFacts } from '../port.ts';
import type { Step, Watch } from './effect.ts';
import type { Incoming } from './message.ts';

/** What every screen sees beside its own state. */
export interface Shared {
  readonly facts: TuiFacts;
  readonly nowMs: number;
  readonly columns: number;
  readonly rows: number;
  /** null: not read yet. */
  readonly sessions: readonly SessionSummary[] | null;
}

/** One row of a screen's keymap: key, label, action, and why it cannot be used now. Help, footer, palette and refusal come from it. */
export interface Binding<A extends string = string> {
  readonly action: A;
  /** The first is the one that is shown: `n`, `enter`, `ctrl-d`, `up`. */
  readonly keys: readonly string[];
  /** One or two words for the footer. */
  readonly label: string;
  /** One sentence for help and the palette. */
  readonly help: string;
  /** Why it does nothing now; null: it can be used. */
  readonly disabled: string | null;
  /** @default true. Moving keys need no place in the footer. */
  readonly inFooter?: boolean;
}

/** A screen: pure functions over its state, and a view. */
export interface ScreenModule<S, A extends string = string> {
  /** For the header. */
  title(state: S, shared: Shared): string;
  /** The keys that mean something now, in the footer's order. */
  keymap(state: S, shared: Shared): readonly Binding<A>[];
  /** A binding was used. */
  act(state: S, action: A, shared: Shared): Step<S>;
  /** A text field has the keyboard: printable keys, `backspace`, `left`, `right`, `home`, `end`, `delete`, `ctrl-u` are its; others are bindings. */
  typing(state: S): boolean;
  /** A key for the text field: its name, and its text where it has one (a paste has more than one character). */
  type(state: S, key: string, text: string, shared: Shared): Step<S>;
  receive(state: S, incoming: Incoming, shared: Shared): Step<S>;
  /** What it wants to be told of. */
  watches(state: S, shared: Shared): readonly Watch[];
  /** What to ask for as soon as it is open. */
  opened(state: S, shared: Shared): Step<S>;
  /** The command line that would do the same, copyable; null where there is none. */
  commandLine(state: S, shared: Shared): string | null;
  /** Draws exactly within the area: never more lines than `rows`. */
  readonly View: (props: { readonly state: S; readonly shared: Shared; readonly area: Area }) => ReactElement;
}

/** What is left for a screen between header and footer. */
export interface Area {
  readonly columns: number;
  readonly rows: number;
}
