import { layOut } from '../../../widgets/columns.ts';
import { fieldSpans } from '../../../widgets/field.ts';
import { windowOf } from '../../../widgets/window.ts';
import type { ProfileOption } from '../data/profiles.ts';
import type { RegionOption } from '../data/regions.ts';
import { valueOf } from '../data/loaded.ts';
import { cloudChoices } from '../possible.ts';
import { profileRows, regionRows } from '../rows.ts';
import type { Panel, WizardState } from '../state.ts';
import { autoRegion } from '../where.ts';
import type { Frame } from './frame.ts';
import { padded, type Row, row } from './row.ts';
import type { Span } from '../../../widgets/line.tsx';

/** A list to choose from in the place of a step. */
export function panelRows(state: WizardState, panel: Panel, frame: Frame): readonly Row[] {
  return panel.kind === 'regions' ? regionPanel(state, panel.cloud, panel.selected, frame) : profilePanel(state, panel.selected, frame);
}

function regionPanel(state: WizardState, cloud: string, selected: number, frame: Frame): readonly Row[] {
  const all = regionRows(state, cloud);
  const latencies = valueOf(state.known.latencies[cloud], new Map<string, number>());
  const table = layOut<RegionOption>(
    [
      { title: '', priority: 1, value: ({ id, usable }) => ({ text: id, tone: usable ? 'plain' : 'dim' }) },
      { title: '', priority: 2, align: 'right', value: ({ id }) => ({ text: latencies.has(id) ? `${Math.round(latencies.get(id) ?? 0)} ms` : '' }) },
      { title: '', priority: 3, value: ({ place, usable, optIn }) => ({ text: `${place}${usable ? (optIn ? ' (after opting in)' : '') : ' (not open to ordinary accounts)'}`, tone: 'dim' }), most: Math.max(10, frame.columns - 32) },
    ],
    all.filter((each) => each !== 'auto'),
    Math.max(10, frame.columns - 3),
    frame.glyphs.more,
  );
  const option = cloudChoices(state).find(({ id }) => id === cloud);
  const spansOf = (each: RegionOption | 'auto'): readonly Span[] => {
    if (each !== 'auto') return table.spans(each);
    return [{ text: option === undefined ? 'auto' : autoRegion(state, option) }, { text: state.request.rehearse ? '' : "   the one of the cloud's own configuration first", tone: 'dim' }];
  };
  const { editing, filter } = state;
  const loading = state.known.regions[cloud]?.is !== 'known';
  const searching: readonly Span[] = editing?.of === 'filter' ? [{ text: ' / ', tone: 'accent' }, ...fieldSpans(editing.field, frame.columns - 4, true)] : [{ text: ` region on ${cloud}${filter === '' ? '' : `   / ${filter}`}${loading ? '   being read' : ''}`, tone: 'dim' }];
  return listRows({ spans: searching }, all.map(spansOf), selected, frame);
}

function profilePanel(state: WizardState, selected: number, frame: Frame): readonly Row[] {
  const all = profileRows(state);
  const profiles = all.filter((each) => each !== null);
  const table = layOut<ProfileOption>(
    [
      { title: '', priority: 1, value: ({ ref, problem }) => ({ text: ref, tone: problem === null ? 'plain' : 'dim' }) },
      { title: '', priority: 2, value: ({ distro, cloud, problem }) => ({ text: problem ?? `${distro.join(' ')} on ${cloud.join(' ')}`, tone: problem === null ? 'dim' : 'bad' }) },
      { title: '', priority: 3, value: ({ label }) => ({ text: label, tone: 'dim' }) },
    ],
    profiles,
    Math.max(10, frame.columns - 3),
    frame.glyphs.more,
  );
  const spans = all.map((each): readonly Span[] => (each === null ? [{ text: 'no profile' }] : table.spans(each)));
  return listRows(row(` start from which profile?${state.known.profiles.is === 'loading' ? '   being read' : ''}`, 'dim'), spans, selected, frame);
}

function listRows(head: Row, lines: readonly (readonly Span[])[], selected: number, { rows, glyphs }: Frame): readonly Row[] {
  const room = Math.max(1, rows - 1);
  const { from, to } = windowOf(lines.length, selected, room);
  const list = lines.slice(from, to).map((spans, index): Row => ({ selected: from + index === selected, spans: [{ text: ` ${from + index === selected ? glyphs.cursor : ' '} ` }, ...spans] }));
  return [head, ...padded(list.length === 0 ? [row('   nothing fits', 'dim')] : list, room)];
}
