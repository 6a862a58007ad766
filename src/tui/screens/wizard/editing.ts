import { join } from 'node:path';
import { type Step, to } from '../../model/effect.ts';
import type { Shared } from '../../model/screen.ts';
import { textField } from '../../model/text-field.ts';
import { query } from './ask.ts';
import { labArgs } from './command.ts';
import { fieldInfo } from './fields.ts';
import { cloudChoices, type Reason } from './possible.ts';
import { typeFor } from './possible-size.ts';
import { cloudsOf, defaultFields, inlineUserData, itemsOf } from './request.ts';
import type { Editing, WizardState } from './state.ts';

/** The state with a text field open on what is to be edited. */
export function edited(state: WizardState, of: Exclude<Editing['of'], 'filter'>): WizardState {
  const { fields, types } = state.request;
  const text = of === 'save' ? suggestedName(state) : 'field' in of ? fields[of.field] : (types[of.typeOn] ?? '');
  return { ...state, editing: { of, field: textField([inlineUserData, 'auto'].includes(text) ? '' : text) }, complaint: null };
}

/** Why what stands in the field cannot stay there. */
export function complaintOf(state: WizardState): Reason {
  const { editing } = state;
  if (editing === null || editing.of === 'filter') return null;
  const text = editing.field.text.trim();
  if (editing.of === 'save') return /^[A-Za-z0-9][\w.-]{0,60}$/.test(text) ? null : 'a file name: letters, digits, . - and _';
  if ('field' in editing.of) return fieldInfo[editing.of.field].check(text === '' ? defaultFields[editing.of.field] : text, state);
  const { typeOn } = editing.of;
  const cloud = cloudChoices(state).find(({ id }) => id === typeOn);
  if (text === '' || cloud === undefined) return null;
  const type = typeFor(state, cloud, text);
  return type !== null && 'reason' in type ? type.reason : null;
}

/** What was typed takes its place. */
export function accepted(state: WizardState, { facts }: Shared): Step<WizardState> {
  const { editing } = state;
  if (editing === null || editing.of === 'filter') return to({ ...state, editing: null });
  const complaint = complaintOf(state);
  if (complaint !== null) return to({ ...state, complaint });
  const text = editing.field.text.trim();
  const closed: WizardState = { ...state, editing: null, complaint: null };
  if (editing.of === 'save') {
    const name = text.replace(/\.ya?ml$/, '');
    const file = join(facts.profilesFolder, `${name}.yaml`);
    return to(closed, query(`save:${name}`, ['profiles', 'init', file, ...labArgs(state.request, state.base)], false));
  }
  const { request } = state;
  if ('field' in editing.of) {
    const plain = ['tags', 'allowFrom', 'forward'].includes(editing.of.field) ? itemsOf(text).join(',') : text;
    const value = plain === '' ? defaultFields[editing.of.field] : plain;
    return to({ ...closed, entered: true, request: { ...request, fields: { ...request.fields, [editing.of.field]: value } } });
  }
  const { typeOn } = editing.of;
  const others = Object.entries(request.types).filter(([cloud]) => cloud !== typeOn);
  return to({ ...closed, entered: true, request: { ...request, types: Object.fromEntries(text === '' ? others : [...others, [typeOn, text]]) } });
}

function suggestedName({ request }: WizardState): string {
  if (request.fields.name !== '') return request.fields.name;
  const clouds = cloudsOf(request);
  return `${request.distros[0]?.replace(/@.*$/, '') ?? 'lab'}-${clouds.length === 1 ? (clouds[0] ?? '') : 'clouds'}`;
}
