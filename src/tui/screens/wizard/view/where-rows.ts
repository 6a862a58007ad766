import { layOut } from '../../../widgets/columns.ts';
import type { Tone } from '../../../theme.ts';
import type { CloudOption } from '../data/clouds.ts';
import { chosenDistros, cloudChoices, cloudReason } from '../possible.ts';
import type { WizardState } from '../state.ts';
import { autoRegion, cloudAtCursor, isTicked, isUndecided } from '../where.ts';
import type { Frame } from './frame.ts';
import { blank, padded, type Row, row, wrapped } from './row.ts';
import { windowOf } from '../../../widgets/window.ts';

/** Beneath this width what `auto` comes to stands below the list. */
const narrowColumns = 70;

/** The clouds, each with who one is there or what is missing, and the switch between rehearsal and reality. */
export function whereStepRows(state: WizardState, frame: Frame): readonly Row[] {
  const { columns, rows, glyphs } = frame;
  const clouds = cloudChoices(state);
  const head = switchRow(state, frame);
  const details = detailRows(state, frame).slice(0, Math.max(Math.min(6, Math.floor(rows / 2)), rows - 1 - clouds.length));
  const room = Math.max(1, rows - 1 - details.length);
  if (clouds.length === 0) return padded([head, row(state.known.clouds.is === 'failed' ? `   ${state.known.clouds.trouble.summary}` : '   reading the clouds', 'dim')], rows);
  const { from, to } = windowOf(clouds.length, state.cursors.where, room);
  const table = layOut<CloudOption>(
    [
      { title: '', priority: 1, value: ({ id }) => ({ text: id }) },
      { title: '', priority: 1, value: (cloud) => ({ text: regionText(state, cloud, columns < narrowColumns), tone: 'accent' }) },
      { title: '', priority: 1, value: (cloud) => aboutOf(state, cloud) },
    ],
    clouds,
    Math.max(10, columns - 4 - glyphs.on.length),
    glyphs.more,
  );
  const list = clouds.slice(from, to).map((cloud, index): Row => {
    const selected = from + index === state.cursors.where;
    const ticked = isTicked(state, cloud.id);
    const grey = !ticked && cloudReason(state, cloud) !== null;
    const spans = table.spans(cloud).map((span) => (grey ? { ...span, tone: 'dim' as const } : span));
    return { selected, spans: [{ text: ` ${selected ? glyphs.cursor : ' '} ` }, { text: `${ticked ? glyphs.on : glyphs.off} `, tone: grey ? 'dim' : ticked ? 'good' : 'plain' }, ...spans] };
  });
  return [head, ...padded(list, room), ...details];
}

function switchRow({ request: { rehearse } }: WizardState, { glyphs }: Frame): Row {
  const option = (label: string, on: boolean) => ({ text: `${on ? glyphs.on : glyphs.off} ${label}`, tone: on ? ('good' as const) : ('dim' as const) });
  return { spans: [{ text: ' r ', tone: 'accent' }, option('for real', !rehearse), { text: '   ' }, option('rehearsal: no account, no cost', rehearse)] };
}

function regionText(state: WizardState, cloud: CloudOption, narrow: boolean): string {
  const targets = state.request.where.filter((target) => target.cloud === cloud.id);
  if (targets.length === 0) return '';
  return targets.map(({ region }) => (region !== 'auto' ? region : narrow ? '' : autoRegion(state, cloud))).join(' ');
}

function aboutOf(state: WizardState, cloud: CloudOption): { readonly text: string; readonly tone?: Tone } {
  const reason = cloudReason(state, cloud);
  if (reason !== null) return { text: reason, tone: isTicked(state, cloud.id) ? 'warn' : 'dim' };
  if (state.request.rehearse) return { text: `simulated ${cloud.title}` };
  const identity = state.known.identities[cloud.id];
  return identity?.is === 'known' ? { text: identity.who } : { text: 'looking for credentials', tone: 'dim' };
}

function detailRows(state: WizardState, { columns, glyphs }: Frame): readonly Row[] {
  const cloud = cloudAtCursor(state);
  const identity = cloud === null ? undefined : state.known.identities[cloud.id];
  const reason = cloud === null ? null : cloudReason(state, cloud);
  const missing = !state.request.rehearse && identity?.is === 'missing' && cloud !== null && reason === identity.trouble.summary;
  const community = cloud === null ? [] : imageNotes(state, cloud);
  return [
    blank,
    ...state.known.lacking.flatMap(({ summary, hint }) => [...wrapped(`${glyphs.attention} ${summary}`, columns, ' ', 'warn'), ...wrapped(hint === null ? '' : `try: ${hint}`, columns, '   ')]),
    ...(reason === null || cloud === null ? [] : wrapped(`${cloud.title}: ${reason}`, columns, ' ', 'warn')),
    ...(missing && identity.trouble.hint !== null ? wrapped(`try: ${identity.trouble.hint}   then c`, columns, '   ') : []),
    ...(cloud !== null && isTicked(state, cloud.id) ? [row(` region ${regionText(state, cloud, false)}   R changes it`, 'dim')] : []),
    ...(reason === null ? community.flatMap((note) => wrapped(note, columns, ' ', 'dim')) : []),
    ...(isUndecided(state) ? [row(' looking for credentials on this computer', 'dim')] : []),
    ...(state.request.rehearse && !state.rehearseChosen ? wrapped('no credentials found here, so this is a rehearsal', columns, ' ', 'warn') : []),
  ];
}

/** What to know of the chosen distribution's image there. */
function imageNotes(state: WizardState, cloud: CloudOption): readonly string[] {
  return chosenDistros(state).flatMap((distro) => {
    const statuses = new Set(distro.images.filter((image) => image.cloud === cloud.id && image.findable).map(({ status }) => status));
    if (statuses.has('community')) return [`the image of ${distro.ref} on ${cloud.id} is a community's, not the distribution's own`];
    if (statuses.size > 0 && !statuses.has('available')) return [`the image of ${distro.ref} on ${cloud.id} was not confirmed lately`];
    return [];
  });
}
