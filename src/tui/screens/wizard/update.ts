import { type Step, to } from '../../model/effect.ts';
import { editField, textField } from '../../model/text-field.ts';
import type { Shared } from '../../model/screen.ts';
import { ask, baseQuery, openingQueries } from './ask.ts';
import { noBase } from './base.ts';
import type { WizardAction } from './binding.ts';
import { loading } from './data/loaded.ts';
import { atLikelyDistro, lastUse, withDefaultWhere } from './defaults.ts';
import { accepted, complaintOf, edited } from './editing.ts';
import { cloudReason } from './possible.ts';
import { creationArgs, receive } from './receive.ts';
import type { Incoming } from '../../model/message.ts';
import { distroAtCursor, profileRows, regionRows } from './rows.ts';
import { moved } from './move.ts';
import { changed, used } from './size.ts';
import { type StepName, steps, type WizardState } from './state.ts';
import { cloudAtCursor, isTicked, toggled, withRegion, withRehearsal } from './where.ts';

/** What opens with it: everything the first step and the defaults need. */
export function opened(state: WizardState, shared: Shared): Step<WizardState> {
  return to({ ...state, last: lastUse(shared.sessions) }, ...openingQueries(state));
}

export function act(state: WizardState, action: WizardAction, shared: Shared): Step<WizardState> {
  return settled(acted(state, action, shared), shared);
}

export function received(state: WizardState, incoming: Incoming, shared: Shared): Step<WizardState> {
  return settled(receive(state, incoming), shared);
}

/** A key for the text field that has the keyboard. */
export function typed(state: WizardState, key: string, text: string): Step<WizardState> {
  const { editing } = state;
  if (editing === null) return to(state);
  const field = editField(editing.field, key, text);
  const next: WizardState = { ...state, editing: { ...editing, field } };
  if (editing.of !== 'filter') return to({ ...next, complaint: complaintOf(next) });
  const filtered = { ...next, filter: field.text };
  return to(state.panel === null ? { ...filtered, cursors: { ...state.cursors, distro: 0 } } : { ...filtered, panel: { ...state.panel, selected: 0 } });
}

/** Defaults where nobody chose, then questions for what is needed and not known. */
function settled({ state, effects }: Step<WizardState>, shared: Shared): Step<WizardState> {
  const asked = ask(withDefaultWhere(state), shared);
  return to(asked.state, ...effects, ...asked.effects);
}

function acted(state: WizardState, action: WizardAction, shared: Shared): Step<WizardState> {
  switch (action) {
    case 'move:up':
    case 'move:down':
    case 'move:page-up':
    case 'move:page-down':
    case 'move:first':
    case 'move:last':
      return to(moved(state, action, shared));
    case 'choose':
      return to(chosen(state));
    case 'next':
      return to(next(state));
    case 'previous':
      return to(at({ ...state, filter: '' }, steps[Math.max(0, steps.indexOf(state.step) - 1)] ?? 'distro'));
    case 'leave':
      return to(state, state.entered ? { do: 'ask', dialog: leaveDialog } : { do: 'back' });
    case 'filter':
      return to({ ...state, editing: { of: 'filter', field: textField(state.filter) } });
    case 'cancel':
      return to(state.editing === null || state.editing.of === 'filter' ? unfiltered(state) : { ...state, editing: null, complaint: null });
    case 'accept':
      return accepted(state, shared);
    case 'profiles':
      return to({ ...state, filter: '', panel: { kind: 'profiles', selected: Math.max(0, profileRows(state).findIndex((row) => row?.ref === state.base.profile)) } });
    case 'region': {
      const cloud = cloudAtCursor(state);
      return to(cloud === null ? state : { ...state, filter: '', panel: { kind: 'regions', cloud: cloud.id, selected: 0 } });
    }
    case 'close':
      return to({ ...state, filter: '', editing: null, panel: null });
    case 'pick':
      return picked(state);
    case 'tick': {
      const cloud = cloudAtCursor(state);
      return to(cloud === null || (!isTicked(state, cloud.id) && cloudReason(state, cloud) !== null) ? state : toggled(state, cloud));
    }
    case 'rehearse':
      return to(withRehearsal(state, !state.request.rehearse));
    case 'check':
      return to({ ...state, known: { ...state.known, identities: {}, lacking: [] } });
    case 'use':
      return to(used(state));
    case 'change':
      return to(changed(state));
    case 'create':
      return to({ ...state, starting: true }, { do: 'start', tag: 'start', args: creationArgs(state) });
    case 'yaml':
      return to({ ...state, showYaml: !state.showYaml, cursors: { ...state.cursors, review: 0 } });
    case 'save':
      return to(edited(state, 'save'));
    case 'plan-again':
      return to({ ...state, review: null });
  }
}

const leaveDialog = {
  tag: 'leave',
  title: 'Leave without a lab?',
  lines: ['What was entered is forgotten. Nothing has been created.'],
  choices: [
    { id: 'stay', key: 'n', label: 'stay', dangerous: false },
    { id: 'leave', key: 'y', label: 'leave', dangerous: false },
  ],
  typeToConfirm: null,
} as const;

function at(state: WizardState, step: StepName): WizardState {
  return { ...state, step, editing: null, complaint: null, cursors: { ...state.cursors, review: 0 } };
}

function next(state: WizardState): WizardState {
  if (state.step === 'distro') return chosen(state);
  const cloud = cloudAtCursor(state);
  const ticked = state.step === 'where' && state.request.where.length === 0 && cloud !== null ? toggled(state, cloud) : state;
  return at(ticked, steps[steps.indexOf(state.step) + 1] ?? 'review');
}

/** The distribution under the cursor is taken; several of a profile stay together where it is one of them. */
function chosen(state: WizardState): WizardState {
  const distro = distroAtCursor(state);
  if (distro === null) return state;
  const { distros } = state.request;
  const same = distros.some((ref) => ref === distro.ref || (ref === distro.name && distro.latest));
  const taken: WizardState = same ? state : { ...state, request: { ...state.request, distros: [distro.ref] } };
  return at(atLikelyDistro({ ...taken, entered: true, filter: '' }), 'where');
}

/** Everything is seen again, with the cursor where it was. */
function unfiltered(state: WizardState): WizardState {
  const distro = distroAtCursor(state);
  const all: WizardState = { ...state, editing: null, filter: '' };
  if (state.panel !== null) return { ...all, panel: { ...state.panel, selected: 0 } };
  return distro === null ? atLikelyDistro(all) : { ...all, cursors: { ...all.cursors, distro: Math.max(0, (all.known.distros.is === 'known' ? all.known.distros.value : []).indexOf(distro)) } };
}

function picked(state: WizardState): Step<WizardState> {
  const { panel } = state;
  const closed: WizardState = { ...state, panel: null, filter: '', editing: null };
  if (panel?.kind === 'regions') {
    const row = regionRows(state, panel.cloud)[panel.selected];
    return to(row === undefined ? closed : withRegion(closed, panel.cloud, row === 'auto' ? 'auto' : row.id));
  }
  const row = profileRows(state)[panel?.selected ?? 0];
  if (row === undefined) return to(closed);
  const profile = row?.ref ?? null;
  const known = { ...state.known, base: loading };
  return to({ ...closed, entered: row !== null, base: { ...noBase, profile }, known, request: { ...noBase.request, rehearse: state.request.rehearse } }, baseQuery(profile));
}
