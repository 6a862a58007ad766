import type { ScreenModule } from '../../model/screen.ts';
import type { WizardAction } from './binding.ts';
import { applyArgs, commandText } from './command.ts';
import { wizardKeys } from './keys.ts';
import { withLikelyChoice } from './likely.ts';
import type { WizardState } from './state.ts';
import { act, opened, received, typed } from './update.ts';
import { WizardView } from './view.tsx';

/** A new lab, in four steps. */
export const wizardScreen: ScreenModule<WizardState, WizardAction> = {
  title: () => 'new lab',
  keymap: wizardKeys,
  act,
  typing: ({ editing }) => editing !== null,
  type: typed,
  receive: received,
  watches: () => [],
  opened,
  commandLine: (state) => commandText(applyArgs(withLikelyChoice(state).request, state.base)),
  View: WizardView,
};
