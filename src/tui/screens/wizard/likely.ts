import { distroReason } from './possible.ts';
import { distroAtCursor } from './rows.ts';
import type { WizardState } from './state.ts';

/** The state as Enter would make it: with the distribution under the cursor, where none is chosen yet. */
export function withLikelyChoice(state: WizardState): WizardState {
  const distro = state.step === 'distro' && state.request.distros.length === 0 ? distroAtCursor(state) : null;
  if (distro === null || distroReason(state, distro) !== null) return state;
  return { ...state, request: { ...state.request, distros: [distro.ref] } };
}
