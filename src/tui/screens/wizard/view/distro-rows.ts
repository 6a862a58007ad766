import type { Tone } from '../../../theme.ts';
import { layOut } from '../../../widgets/columns.ts';
import { fieldSpans } from '../../../widgets/field.ts';
import { windowOf } from '../../../widgets/window.ts';
import type { DistroOption } from '../data/distros.ts';
import { cloudChoices, cloudsWith, distroReason } from '../possible.ts';
import { baseReason } from '../possible-step.ts';
import { distroAtCursor, distroRows } from '../rows.ts';
import type { WizardState } from '../state.ts';
import type { Frame } from './frame.ts';
import { blank, padded, type Row, row, wrapped } from './row.ts';

const dayMs = 86_400_000;
const soonDays = 90;
/** Beneath this width dates and names are kept short, so that the clouds are seen. */
const narrowColumns = 64;

/** How long a version is supported, and whether that needs a warning. */
export function supportOf({ endOfLife }: DistroOption, nowMs: number): { readonly text: string; readonly worry: 'ended' | 'soon' | null } {
  if (endOfLife === null) return { text: '', worry: null };
  const today = new Date(nowMs).toISOString().slice(0, 10);
  if (endOfLife < today) return { text: `ended ${endOfLife}`, worry: 'ended' };
  const soon = new Date(nowMs + soonDays * dayMs).toISOString().slice(0, 10);
  return { text: `until ${endOfLife.slice(0, 7)}`, worry: endOfLife <= soon ? 'soon' : null };
}

/** The searchable list of distributions; what is to be known of the one under the cursor below it. */
export function distroStepRows(state: WizardState, frame: Frame): readonly Row[] {
  const { columns, rows, glyphs } = frame;
  const narrow = columns < narrowColumns;
  const found = distroRows(state);
  const head = searchRow(state, frame);
  const details = detailRows(state, frame).slice(0, 3);
  const room = Math.max(1, rows - 1 - details.length);
  if (found.length === 0) return padded([head, ...emptyRows(state, columns)], rows);
  const { from, to } = windowOf(found.length, state.cursors.distro, room);
  const table = layOut<DistroOption>(
    [
      { title: '', priority: 1, value: ({ name }) => ({ text: name }), ...(narrow ? { most: 14 } : {}) },
      { title: '', priority: 1, value: ({ version }) => ({ text: version }), most: narrow ? 8 : 14 },
      { title: '', priority: 1, value: (distro) => supportCell(distro, frame, narrow) },
      { title: '', priority: 3, value: ({ images }) => ({ text: archesOf(images), tone: 'dim' }) },
      { title: '', priority: 2, value: (distro) => ({ text: cloudsText(state, distro), tone: 'dim' }) },
    ],
    found,
    Math.max(10, columns - 3),
    glyphs.more,
  );
  const list = found.slice(from, to).map((distro, index): Row => {
    const selected = from + index === state.cursors.distro;
    const grey = distroReason(state, distro) !== null;
    const spans = table.spans(distro).map((span) => (grey ? { ...span, tone: 'dim' as const } : span));
    return { selected, spans: [{ text: ` ${selected ? glyphs.cursor : state.request.distros.includes(distro.ref) ? glyphs.dot : ' '} ` }, ...spans] };
  });
  return [head, ...padded(list, room), ...details];
}

function supportCell(distro: DistroOption, { glyphs, shared }: Frame, narrow: boolean): { readonly text: string; readonly tone: Tone } {
  const { text, worry } = supportOf(distro, shared.nowMs);
  return { text: `${worry === null ? ' ' : glyphs.attention} ${narrow ? (distro.endOfLife?.slice(0, 7) ?? '') : text}`, tone: worry === null ? 'dim' : 'warn' };
}

/** The clouds that have it and on which labtui can make it. */
function cloudsText(state: WizardState, distro: DistroOption): string {
  const known = cloudChoices(state);
  const all = cloudsWith(distro);
  const possible = all.filter((id) => known.length === 0 || known.some((cloud) => cloud.id === id && cloud.apply));
  // Every one of four names is more than a narrow list has room for.
  if (possible.length > 3 && possible.length === known.filter(({ apply }) => apply).length) return 'all clouds';
  return possible.join(' ') || (all.length === 0 ? 'own image only' : 'elsewhere');
}

function archesOf(images: DistroOption['images']): string {
  return [...new Set(images.filter(({ findable }) => findable).map(({ arch }) => arch))].join(' ');
}

function searchRow({ filter, editing, known, base }: WizardState, { columns }: Frame): Row {
  if (editing?.of === 'filter') return { spans: [{ text: ' / ', tone: 'accent' }, ...fieldSpans(editing.field, columns - 4, true)] };
  if (filter !== '') return { spans: [{ text: ' / ', tone: 'accent' }, { text: filter }] };
  const count = known.distros.is === 'known' ? known.distros.value.length : 0;
  const profile = base.profile === null ? '' : `   profile ${base.profile}`;
  return { spans: [{ text: ` which distribution?  / searches ${count === 0 ? '' : `${count} versions`}`, tone: 'dim' }, { text: profile, tone: 'accent' }] };
}

function emptyRows({ known, filter }: WizardState, columns: number): readonly Row[] {
  if (known.distros.is === 'loading') return [row('   reading the catalogue', 'dim')];
  if (known.distros.is === 'failed') return [...wrapped(known.distros.trouble.summary, columns, '   ', 'bad'), ...wrapped(known.distros.trouble.hint ?? '', columns, '   ')];
  return [row(`   nothing has "${filter}" in it`, 'dim')];
}

function detailRows(state: WizardState, { columns, shared, glyphs }: Frame): readonly Row[] {
  const broken = baseReason(state);
  if (broken !== null) return [blank, ...wrapped(`${glyphs.failed} ${broken}`, columns, ' ', 'bad')];
  const distro = distroAtCursor(state);
  if (distro === null) return [];
  const refusal = distroReason(state, distro);
  if (refusal !== null) return [blank, ...wrapped(`${distro.ref}: ${refusal}`, columns, ' ', 'dim')];
  const { text, worry } = supportOf(distro, shared.nowMs);
  if (worry === 'ended') return [blank, ...wrapped(`${glyphs.attention} ${distro.title} ${distro.version} ${text}: no more security updates`, columns, ' ', 'warn')];
  if (worry === 'soon') return [blank, ...wrapped(`${glyphs.attention} ${distro.title} ${distro.version} gets updates only until ${distro.endOfLife ?? ''}`, columns, ' ', 'warn')];
  const parts = [`${distro.title} ${distro.version}${distro.codename === null ? '' : ` "${distro.codename}"`}`, text, archesOf(distro.images)].filter((part) => part !== '');
  return [blank, row(` ${parts.join(` ${glyphs.dot} `)}`, 'dim')];
}
