import { key, type WizardBinding } from './binding.ts';
import { fieldInfo } from './fields.ts';
import { reachReason } from './possible-step.ts';
import { sizeReason } from './possible-size.ts';
import type { FieldId } from './request.ts';
import { type SizeRow, sizeRows } from './rows.ts';
import { withSize } from './with-field.ts';
import type { WizardState } from './state.ts';

export function sizeRowAtCursor(state: WizardState): SizeRow | null {
  return sizeRows(state)[state.cursors.size] ?? null;
}

/** The next value of a field that is possible, going round; null: there is no other. */
export function nextValue(state: WizardState, field: FieldId): string | null {
  const { values, check } = fieldInfo[field];
  const at = values.indexOf(state.request.fields[field]);
  const others = [...values.slice(at + 1), ...values.slice(0, Math.max(0, at))];
  return others.find((value) => check(value, state) === null) ?? null;
}

/** Why a field has no other value. */
function stuckReason(state: WizardState, field: FieldId): string | null {
  if (nextValue(state, field) !== null) return null;
  const { values, check } = fieldInfo[field];
  return values.filter((value) => value !== state.request.fields[field]).map((value) => check(value, state)).find((reason) => reason !== null) ?? 'there is no other';
}

/** Enter does the most likely thing to the line under the cursor; Space changes it and stays. */
export function sizeKeys(state: WizardState): readonly WizardBinding[] {
  const row = sizeRowAtCursor(state);
  if (row === null) return [];
  switch (row.kind) {
    case 'size': {
      const refusal = sizeReason(state, row.size);
      return [
        key('use', ['enter'], 'choose', 'take this size and go on', reachReason(row.size === state.request.fields.size ? state : withSize(state, row.size), 'review')),
        key('change', ['space', 'x'], 'take', 'take this size and stay', refusal),
      ];
    }
    case 'type':
      return [key('change', ['enter', 'space', 'e'], 'type a type', "a type of the cloud's own; wins over the size")];
    case 'advanced':
      return [key('change', ['enter', 'space', 'e'], state.advanced ? 'fold' : 'unfold', 'machines, disk, spot, network, user data, tags, who may reach it')];
    case 'field': {
      const { field } = row;
      const { typed, values, help } = fieldInfo[field];
      return [
        ...(values.length > 0 ? [key('change', typed ? ['space'] : ['enter', 'space', 'e'], 'change', help, stuckReason(state, field))] : []),
        ...(typed ? [key('use', values.length > 0 ? ['enter', 'e'] : ['enter', 'space', 'e'], 'type it', help)] : []),
      ];
    }
  }
}
