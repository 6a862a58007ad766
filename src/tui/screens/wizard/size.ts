import { edited } from './editing.ts';
import { nextValue, sizeRowAtCursor } from './size-keys.ts';
import type { WizardState } from './state.ts';
import { withField, withSize } from './with-field.ts';

/** Enter on a line of the step `size`: a size is taken and the wizard goes on, a text is typed. */
export function used(state: WizardState): WizardState {
  const row = sizeRowAtCursor(state);
  if (row?.kind === 'size') {
    // What is taken already is left as it is, with the types that stand over it.
    const taken = row.size === state.request.fields.size ? state : withSize(state, row.size);
    return { ...taken, step: 'review', cursors: { ...state.cursors, review: 0 } };
  }
  return row?.kind === 'field' ? edited(state, { field: row.field }) : state;
}

/** Space on a line: it changes, and the wizard stays. */
export function changed(state: WizardState): WizardState {
  const row = sizeRowAtCursor(state);
  switch (row?.kind) {
    case 'size':
      return withSize(state, row.size);
    case 'type':
      return edited(state, { typeOn: row.cloud });
    case 'advanced':
      return { ...state, advanced: !state.advanced };
    case 'field': {
      const value = nextValue(state, row.field);
      return value === null ? state : withField(state, row.field, value);
    }
    case undefined:
      return state;
  }
}
