import type { FieldId } from './request.ts';
import type { WizardState } from './state.ts';

/** A size is the size of all: types named for single clouds are given up. */
export function withSize(state: WizardState, size: string): WizardState {
  const same = state.request.fields.size === size && Object.keys(state.request.types).length === 0;
  const { fields } = state.request;
  return { ...state, entered: state.entered || !same, request: { ...state.request, types: {}, fields: { ...fields, size } } };
}

export function withField(state: WizardState, field: FieldId, value: string): WizardState {
  return { ...state, entered: true, request: { ...state.request, fields: { ...state.request.fields, [field]: value } } };
}
