import { fieldSpans } from '../../../widgets/field.ts';
import type { WizardState } from '../state.ts';
import type { Frame } from './frame.ts';
import { reviewLines } from './review-lines.ts';
import { padded, type Row } from './row.ts';

/** What would be created, with the question whether to; its lines scroll. */
export function reviewStepRows(state: WizardState, frame: Frame): readonly Row[] {
  const { rows, glyphs } = frame;
  const head = questionRow(state, frame);
  const save = saveRows(state, frame);
  const room = Math.max(1, rows - 1 - save.length);
  const lines = reviewLines(state, frame);
  const from = Math.max(0, Math.min(state.cursors.review, lines.length - room));
  const seen = lines.slice(from, from + room);
  const below = lines.length - from - room;
  const body: readonly Row[] = below > 0 && room > 1 ? [...seen.slice(0, -1), { spans: [{ text: ` ${glyphs.more} ${below + 1} more lines below`, tone: 'dim' }] }] : seen;
  return [head, ...padded(body, room), ...save];
}

function questionRow({ review, starting, request }: WizardState, { glyphs }: Frame): Row {
  const outcome = review?.outcome ?? null;
  if (starting) return { spans: [{ text: ` ${glyphs.working} being started`, tone: 'warn' }] };
  if (outcome === null) return { spans: [{ text: `   create it: once it is planned`, tone: 'dim' }] };
  if (!outcome.ok) return { spans: [{ text: `   create it: not as it is`, tone: 'dim' }] };
  const resources = outcome.stacks.reduce((sum, { creates }) => sum + creates.length, 0);
  return { selected: true, spans: [{ text: ` ${glyphs.cursor} create it: ${resources} resources${request.rehearse ? ', all simulated' : ''}` }] };
}

function saveRows({ editing, complaint }: WizardState, { columns, shared }: Frame): readonly Row[] {
  if (editing?.of !== 'save') return [];
  const label = ' save as profile ';
  return [
    { spans: [{ text: label, tone: 'accent' }, ...fieldSpans(editing.field, Math.max(6, columns - label.length - 1), true)] },
    { spans: [{ text: complaint === null ? ` in ${shared.facts.profilesFolder}` : ` ${complaint}`, tone: complaint === null ? 'dim' : 'bad' }] },
  ];
}
