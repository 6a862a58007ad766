import { displayWidth, fitToWidth } from '../../../../core/display-width.ts';
import { tierFloor, tiers } from '../../../../core/clouds.ts';
import { fieldSpans } from '../../../widgets/field.ts';
import type { Span } from '../../../widgets/line.tsx';
import { windowOf } from '../../../widgets/window.ts';
import type { CloudOption } from '../data/clouds.ts';
import { fieldInfo } from '../fields.ts';
import { chosenClouds } from '../possible.ts';
import { chosenType, sizeReason, typeFor } from '../possible-size.ts';
import { advancedFields, type SizeRow, sizeRows } from '../rows.ts';
import { sizeRowAtCursor } from '../size-keys.ts';
import type { WizardState } from '../state.ts';
import type { Frame } from './frame.ts';
import { typeText } from './money.ts';
import { blank, padded, type Row, row, wrapped } from './row.ts';

const labelColumns = 17;
/** Cursor, mark, size and what it gives at least. */
const sizeColumns = 19;

/** The tiers with their type and price on each cloud, then everything else about the machine. */
export function sizeStepRows(state: WizardState, frame: Frame): readonly Row[] {
  const { columns, rows } = frame;
  const all = sizeRows(state);
  const details = detailRows(state, frame).slice(0, 3);
  const room = Math.max(1, rows - 1 - details.length);
  const { from, to } = windowOf(all.length, state.cursors.size, room);
  const clouds = chosenClouds(state);
  const wide = Math.max(8, Math.floor((columns - sizeColumns) / Math.max(1, clouds.length)) - 1);
  const list = all.slice(from, to).map((each, index): Row => {
    const selected = from + index === state.cursors.size;
    return { selected, spans: [{ text: ` ${selected ? frame.glyphs.cursor : ' '} ` }, ...lineOf(state, each, frame, clouds, wide)] };
  });
  const heading: Row = { spans: [{ text: fitToWidth('     SIZE', sizeColumns) }, ...clouds.map(({ id }) => ({ text: `${fitToWidth(id.toUpperCase(), wide)} ` }))].map((span) => ({ ...span, tone: 'dim' as const })) };
  return [heading, ...padded(list, room), ...details];
}

function lineOf(state: WizardState, each: SizeRow, frame: Frame, clouds: readonly CloudOption[], wide: number): readonly Span[] {
  switch (each.kind) {
    case 'size':
      return sizeSpans(state, each.size, frame, clouds, wide);
    case 'type': {
      const typed = state.request.types[each.cloud] ?? '';
      return entrySpans(state, `type on ${each.cloud}`, typed, 'as the size says', isEditing(state, each), frame);
    }
    case 'advanced':
      return [{ text: state.advanced ? 'fewer settings' : 'more settings', tone: 'accent' }, { text: state.advanced ? '' : `  ${advancedFields(state).map((field) => fieldInfo[field].label).join(', ')}`, tone: 'dim' }];
    case 'field': {
      const { label, empty } = fieldInfo[each.field];
      return entrySpans(state, label, state.request.fields[each.field], empty, isEditing(state, each), frame);
    }
  }
}

function sizeSpans(state: WizardState, size: string, { glyphs }: Frame, clouds: readonly CloudOption[], wide: number): readonly Span[] {
  const tier = tiers.find((known) => known === size);
  const grey = sizeReason(state, size) !== null;
  const on = state.request.fields.size === size;
  const least = tier === undefined ? '' : `${tierFloor[tier].vcpu}/${tierFloor[tier].memoryGb}`;
  const gap = sizeColumns - 3 - displayWidth(glyphs.on) - 1;
  const tone = grey ? 'dim' : 'plain';
  return [
    { text: `${on ? glyphs.on : glyphs.off} `, tone: grey ? 'dim' : on ? 'good' : 'plain' },
    { text: fitToWidth(`${fitToWidth(size, 7)} ${least}`, gap), tone },
    ...clouds.map((cloud): Span => {
      const type = typeFor(state, cloud, size);
      return { text: `${fitToWidth(type === null ? '' : 'reason' in type ? 'none' : typeText(type, wide, glyphs.more), wide, 'left', glyphs.more)} `, tone: grey ? 'dim' : 'plain' };
    }),
  ];
}

function entrySpans(state: WizardState, label: string, value: string, empty: string, editing: boolean, { columns, glyphs }: Frame): readonly Span[] {
  const head: Span = { text: fitToWidth(label, labelColumns, 'left', glyphs.more), tone: 'dim' };
  const room = Math.max(6, columns - labelColumns - 4);
  if (editing && state.editing !== null) return [{ ...head, tone: 'accent' }, ...fieldSpans(state.editing.field, room, true)];
  return [head, value === '' ? { text: empty, tone: 'dim' } : { text: value }];
}

function isEditing({ editing }: WizardState, each: SizeRow): boolean {
  if (editing === null || typeof editing.of === 'string') return false;
  return 'field' in editing.of ? each.kind === 'field' && editing.of.field === each.field : each.kind === 'type' && editing.of.typeOn === each.cloud;
}

function detailRows(state: WizardState, { columns, glyphs }: Frame): readonly Row[] {
  if (state.complaint !== null) return [blank, ...wrapped(`${glyphs.failed} ${state.complaint}`, columns, ' ', 'bad')];
  const at = sizeRowAtCursor(state);
  const wrong = problemOf(state, at);
  if (wrong !== null) return [blank, ...wrapped(`${glyphs.attention} ${wrong}`, columns, ' ', 'warn')];
  if (at?.kind === 'field') return [blank, row(` ${fieldInfo[at.field].help}`, 'dim')];
  if (at?.kind === 'type') return [blank, row(" a type of the cloud's own wins over the size", 'dim')];
  const dates = [...new Set(chosenClouds(state).flatMap((cloud) => { const type = chosenType(state, cloud); return type === null || 'reason' in type || type.priceDate === null ? [] : [type.priceDate]; }))];
  return [blank, row(` vCPU/GiB at least${dates.length === 0 ? '' : `; list prices an hour of ${dates.join(', ')}`}`, 'dim')];
}

/** What is wrong with the line under the cursor. */
function problemOf(state: WizardState, at: SizeRow | null): string | null {
  if (at?.kind === 'size') return sizeReason(state, at.size);
  if (at?.kind === 'field') {
    const { check, values } = fieldInfo[at.field];
    const refused = values.filter((value) => value !== state.request.fields[at.field]).map((value) => ({ value, reason: check(value, state) })).find(({ reason }) => reason !== null);
    return check(state.request.fields[at.field], state) ?? (refused === undefined ? null : `${refused.value}: ${refused.reason ?? ''}`);
  }
  if (at?.kind !== 'type') return null;
  const cloud = chosenClouds(state).find(({ id }) => id === at.cloud);
  const type = cloud === undefined ? null : chosenType(state, cloud);
  return type !== null && 'reason' in type ? type.reason : null;
}
