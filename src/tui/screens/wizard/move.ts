import type { Shared } from '../../model/screen.ts';
import type { WizardAction } from './binding.ts';
import { rowCount } from './rows.ts';
import type { WizardState } from './state.ts';
import { reviewLineCount } from './view/review-lines.ts';

type Move = Extract<WizardAction, `move:${string}`>;

const page = 10;

/** The state with the cursor elsewhere; in the review, with other lines to be seen. */
export function moved(state: WizardState, move: Move, shared: Shared): WizardState {
  const inReview = state.panel === null && state.step === 'review';
  const count = inReview ? reviewLineCount(state, shared) : rowCount(state);
  const before = state.panel?.selected ?? state.cursors[state.step];
  const after = Math.max(0, Math.min(count - 1, target(move, before, count)));
  return state.panel === null ? { ...state, cursors: { ...state.cursors, [state.step]: after } } : { ...state, panel: { ...state.panel, selected: after } };
}

function target(move: Move, from: number, count: number): number {
  switch (move) {
    case 'move:up':
      return from - 1;
    case 'move:down':
      return from + 1;
    case 'move:page-up':
      return from - page;
    case 'move:page-down':
      return from + page;
    case 'move:first':
      return 0;
    case 'move:last':
      return count - 1;
  }
}
