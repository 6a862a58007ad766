import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { Area, Shared } from '../../model/screen.ts';
import { Line, type Span } from '../../widgets/line.tsx';
import { tabLines } from './lines.ts';
import { type SessionState, sessionTabs } from './state.ts';

/** Tabs across the top, the open one below. */
export function SessionView({ state, shared, area }: { readonly state: SessionState; readonly shared: Shared; readonly area: Area }): ReactElement {
  const lines = tabLines(state, shared);
  const room = Math.max(1, area.rows - 2);
  const offset = offsetOf(state, lines.length, room);
  return (
    <Box flexDirection="column">
      <Line columns={area.columns} spans={tabSpans(state)} />
      <Line columns={area.columns} spans={statusSpans(state, lines.length, offset, room)} />
      {lines.slice(offset, offset + room).map((spans, index) => (
        <Line key={offset + index} columns={area.columns} spans={spans} />
      ))}
    </Box>
  );
}

/** The first line that is seen: events follow the newest one, the rest starts at its beginning. */
export function offsetOf({ tab, at }: SessionState, count: number, room: number): number {
  const last = Math.max(0, count - room);
  return Math.max(0, Math.min(last, at[tab] ?? (tab === 'events' ? last : 0)));
}

function tabSpans(state: SessionState): readonly Span[] {
  return sessionTabs.flatMap((tab, index): readonly Span[] => [
    { text: ` ${index + 1} `, tone: 'dim' },
    { text: tab, tone: tab === state.tab ? 'selected' : 'plain' },
    { text: ' ' },
  ]);
}

function statusSpans({ tab, filter, filtering }: SessionState, count: number, offset: number, room: number): readonly Span[] {
  const place = count > room ? `${offset + 1} to ${Math.min(count, offset + room)} of ${count}` : '';
  if (tab === 'events' && (filtering || filter !== '')) return [{ text: ' / ', tone: 'accent' }, { text: filter }, { text: filtering ? '_' : '', tone: 'accent' }, { text: `   ${place}`, tone: 'dim' }];
  return [{ text: ` ${place}`, tone: 'dim' }];
}
