import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { SessionSummary } from '../../../core/session.ts';
import type { Area, Shared } from '../../model/screen.ts';
import { glyphsFor } from '../../theme.ts';
import { layOut } from '../../widgets/columns.ts';
import { Line } from '../../widgets/line.tsx';
import { windowOf } from '../../widgets/window.ts';
import { homeColumns } from './columns.ts';
import { EmptyHome } from './empty.tsx';
import { cursorOf, visibleRows } from './rows.ts';
import type { HomeState } from './state.ts';

/** The table of labs; what the one under the cursor offers; the filter. */
export function HomeView({ state, shared, area }: { readonly state: HomeState; readonly shared: Shared; readonly area: Area }): ReactElement {
  const { sessions, nowMs, facts } = shared;
  const glyphs = glyphsFor(facts.unicode);
  if (sessions === null) return <Line columns={area.columns} spans={[{ text: ' reading the sessions', tone: 'dim' }]} />;
  const rows = visibleRows(sessions, state, nowMs);
  const filterShown = state.filtering || state.filter !== '';
  if (rows.length === 0 && !filterShown) return <EmptyHome area={area} ended={sessions.length > 0} unicode={facts.unicode} />;
  const cursor = cursorOf(rows, state.selected);
  const height = Math.max(1, area.rows - 2 - (filterShown ? 1 : 0));
  const { from, to } = windowOf(rows.length, cursor, height);
  const table = layOut(homeColumns(glyphs, nowMs), rows.slice(from, to), area.columns - 3, glyphs.more);
  return (
    <Box flexDirection="column" height={area.rows}>
      {filterShown ? (
        <Line columns={area.columns} spans={[{ text: ' / ', tone: 'accent' }, { text: state.filter }, { text: state.filtering ? '_' : '', tone: 'accent' }, { text: `   ${rows.length} of ${sessions.length}`, tone: 'dim' }]} />
      ) : null}
      <Line columns={area.columns} spans={[{ text: `   ${table.heading}`, tone: 'dim' }]} />
      {rows.slice(from, to).map((row, index) => {
        const selected = from + index === cursor;
        return <Line key={row.id} columns={area.columns} selected={selected} spans={[{ text: ` ${selected ? glyphs.cursor : ' '} ` }, ...table.spans(row)]} />;
      })}
      <Box flexGrow={1} />
      <Line columns={area.columns} spans={[{ text: ` ${aboutRow(rows[cursor], from, to, rows.length)}`, tone: 'dim' }]} />
    </Box>
  );
}

function aboutRow(row: SessionSummary | undefined, from: number, to: number, count: number): string {
  const place = to - from < count ? `${from + 1} to ${to} of ${count}   ` : '';
  if (row === undefined) return place;
  if (row.problem !== null) return `${place}${row.problem}`;
  const protectedBy = row.protectedBy.length === 0 ? 'protected by nobody' : `protected by ${row.protectedBy.join(', ')}`;
  return `${place}${row.id} · ${row.rehearsed ? 'rehearsal' : 'real'} · ${row.regions.join(' ')}${row.archived ? '' : ` · ${protectedBy}`}`;
}
