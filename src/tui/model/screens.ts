import type { CommandState } from '../screens/command/state.ts';
import type { HomeState } from '../screens/home/state.ts';
import type { RunState } from '../screens/run/state.ts';
import type { SessionState } from '../screens/session/state.ts';
import type { WizardState } from '../screens/wizard/state.ts';

/** The state of any screen. */
export type ScreenState = HomeState | WizardState | RunState | SessionState | CommandState;
