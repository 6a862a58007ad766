import type { ScreenModule } from '../model/screen.tsx';
import type { ScreenState } from '../model/screens.ts';
import { commandScreen } from './command/screen.tsx';
import { homeScreen } from './home/screen.tsx';
import { runScreen } from './run/screen.tsx';
import { sessionScreen } from './session/screen.tsx';
import { wizardScreen } from './wizard/screen.tsx';

/** The screen behind a state. Each module only ever sees states of its own kind. */
export function moduleOf(state: ScreenState): ScreenModule<ScreenState> {
  // The kinds agree by the switch; the type of a union of modules cannot say so.
  const own = (module: unknown): ScreenModule<ScreenState> => module as ScreenModule<ScreenState>;
  switch (state.kind) {
    case 'home':
      return own(homeScreen);
    case 'wizard':
      return own(wizardScreen);
    case 'run':
      return own(runScreen);
    case 'session':
      return own(sessionScreen);
    case 'command':
      return own(commandScreen);
  }
}
