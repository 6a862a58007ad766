import { key, type WizardBinding } from './binding.ts';
import { distroReason } from './possible.ts';
import { baseReason, reachReason } from './possible-step.ts';
import { distroAtCursor, profileRows, regionRows } from './rows.ts';
import { sizeKeys } from './size-keys.ts';
import { steps, type WizardState } from './state.ts';
import { cloudAtCursor, isTicked, toggleReason, whereReason } from './where.ts';

const moving: readonly WizardBinding[] = [
  key('move:up', ['up', 'k'], 'up', 'one line up', null, false),
  key('move:down', ['down', 'j'], 'down', 'one line down', null, false),
  key('move:page-up', ['pageup', 'ctrl-b'], 'page up', 'ten lines up', null, false),
  key('move:page-down', ['pagedown', 'ctrl-f'], 'page down', 'ten lines down', null, false),
  key('move:first', ['home', 'g'], 'first', 'the first line', null, false),
  key('move:last', ['end', 'G'], 'last', 'the last line', null, false),
];

/** The keys that mean something now. */
export function wizardKeys(state: WizardState): readonly WizardBinding[] {
  if (state.editing !== null) return editingKeys(state);
  if (state.panel !== null) return panelKeys(state);
  return [...stepKeys(state), ...betweenSteps(state), ...moving];
}

function editingKeys(state: WizardState): readonly WizardBinding[] {
  const filtering = state.editing?.of === 'filter';
  const enter = filtering ? (state.panel === null ? chooseKey(state) : pickKey(state)) : key('accept', ['enter'], 'accept', 'take what was typed', state.complaint);
  const arrows = filtering ? moving.map((binding) => ({ ...binding, keys: binding.keys.filter((name) => ['up', 'down', 'pageup', 'pagedown'].includes(name)) })).filter(({ keys }) => keys.length > 0) : [];
  return [enter, key('cancel', ['escape', 'ctrl-c'], 'cancel', filtering ? 'show all again' : 'leave it as it was'), ...arrows];
}

function panelKeys(state: WizardState): readonly WizardBinding[] {
  const filter = state.panel?.kind === 'regions' ? [key('filter', ['/'], 'filter', 'only what has these letters')] : [];
  return [pickKey(state), ...filter, key('close', ['escape', 'q', 'ctrl-c', 'left', 'h'], 'back', 'without choosing', null, false), ...moving];
}

function pickKey(state: WizardState): WizardBinding {
  const { panel } = state;
  const row = panel?.kind === 'regions' ? regionRows(state, panel.cloud)[panel.selected] : profileRows(state)[panel?.selected ?? 0];
  const refusal = row === undefined ? 'nothing here' : row === null || row === 'auto' ? null : 'usable' in row ? (row.usable ? null : 'not open to ordinary accounts') : row.problem;
  return key('pick', ['enter'], 'choose', 'take the one under the cursor', refusal);
}

function chooseKey(state: WizardState): WizardBinding {
  const distro = distroAtCursor(state);
  const waiting = state.known.distros.is === 'loading' ? 'the catalogue is being read' : 'nothing fits';
  return key('choose', ['enter'], 'choose', 'take this distribution and go on', baseReason(state) ?? (distro === null ? waiting : distroReason(state, distro)));
}

function stepKeys(state: WizardState): readonly WizardBinding[] {
  switch (state.step) {
    case 'distro':
      return [
        chooseKey(state),
        key('filter', ['/'], 'search', 'only what has these words in it'),
        key('profiles', ['p'], 'from profile', 'start from a profile', state.known.profiles.is === 'known' && profileRows(state).length === 1 ? 'no profiles here' : null),
      ];
    case 'where':
      return whereKeys(state);
    case 'size':
      return sizeKeys(state);
    case 'review':
      return reviewKeys(state);
  }
}

function whereKeys(state: WizardState): readonly WizardBinding[] {
  const cloud = cloudAtCursor(state);
  const chosen = cloud !== null && isTicked(state, cloud.id);
  const { rehearse } = state.request;
  return [
    key('next', ['enter'], 'go on', 'to the size, with what is ticked', whereReason(state)),
    key('tick', ['space', 'x'], chosen ? 'untick' : 'tick', 'with this cloud, or without it', cloud === null ? 'nothing here' : toggleReason(state, cloud)),
    key('region', ['R', 'e'], 'region', 'another region of this cloud', chosen ? null : 'tick the cloud first'),
    key('rehearse', ['r'], rehearse ? 'for real' : 'rehearse', rehearse ? 'on the real clouds' : 'on simulated clouds: no account, no cost'),
    key('check', ['c'], 'check again', 'look for credentials again', rehearse && state.rehearseChosen ? 'a rehearsal needs none' : null),
  ];
}

function reviewKeys({ review, starting, showYaml }: WizardState): readonly WizardBinding[] {
  const outcome = review?.outcome ?? null;
  const refusal = starting ? 'it is being started' : outcome === null ? 'being planned' : outcome.ok ? null : (outcome.errors[0]?.summary ?? 'the plan failed');
  return [
    key('create', ['enter', 'a'], 'create', 'create what is shown here', refusal),
    key('yaml', ['v'], showYaml ? 'plan' : 'YAML', showYaml ? 'the plan' : 'the same as a profile'),
    key('save', ['w'], 'save', 'save it as a profile'),
    key('plan-again', ['u', 'ctrl-r'], 'plan again', 'look everything up once more', outcome === null ? 'being planned' : null),
  ];
}

function betweenSteps(state: WizardState): readonly WizardBinding[] {
  const at = steps.indexOf(state.step);
  const next = steps[at + 1];
  const back = at === 0 ? key('leave', ['escape'], 'leave', 'back without a lab', null, false) : key('previous', ['escape', 'left', 'h', 'shift-tab'], 'back', 'one step back; nothing is forgotten', null, false);
  const unfilter = at === 0 && state.filter !== '' ? [key('cancel', ['escape'], 'show all', 'end the search', null, false)] : [];
  return [
    ...unfilter,
    ...(next === undefined ? [] : [key('next', ['right', 'l', 'tab'], 'next', `on to the step ${next}`, state.step === 'distro' && distroAtCursor(state) !== null ? chooseKey(state).disabled : reachReason(state, next), at > 0)]),
    back,
    key('leave', ['ctrl-c', 'q'], 'leave', 'leave the wizard; asks first where something was entered', null, false),
  ];
}
