import { Box } from 'ink';
import type { ReactElement } from 'react';
import { formatDuration } from '../../../core/duration.ts';
import type { Area, Shared } from '../../model/screen.ts';
import { glyphsFor } from '../../theme.ts';
import { displayWidth } from '../../../core/display-width.ts';
import { cutSpans, Line, type Span } from '../../widgets/line.tsx';
import { outcomeLines } from './outcome.ts';
import { logSpans } from './log-lines.ts';
import { stackLines } from './stack-lines.ts';
import { isOver, type RunState, wentWell } from './state.ts';

/** The run: one bar for the whole, a block per stack, what went wrong and what to do; or its log. */
export function RunView({ state, shared, area }: { readonly state: RunState; readonly shared: Shared; readonly area: Area }): ReactElement {
  const lines = state.pane === 'log' ? logLines(state, area) : progressLines(state, shared, area);
  return (
    <Box flexDirection="column">
      {lines.slice(0, area.rows).map((spans, index) => (
        <Line key={index} columns={area.columns} spans={spans} />
      ))}
    </Box>
  );
}

type Lines = readonly (readonly Span[])[];

function logLines(state: RunState, { rows }: Area): Lines {
  const { log } = state.progress;
  const room = Math.max(1, rows - 1);
  const end = Math.max(0, log.length - state.back);
  const shown = log.slice(Math.max(0, end - room), end);
  const place: readonly Span[] = [{ text: ` ${state.back === 0 ? 'the newest lines' : `${state.back} lines above the newest`}, ${log.length} kept`, tone: 'dim' }];
  return [place, ...shown.map(logSpans)];
}

function progressLines(state: RunState, shared: Shared, area: Area): Lines {
  const { progress } = state;
  const glyphs = glyphsFor(shared.facts.unicode);
  const head = headLine(state, shared, area);
  const outcome = outcomeLines(state, glyphs);
  const stacks = [...progress.stacks.values()];
  const room = Math.max(stacks.length, area.rows - 3 - outcome.length - (stacks.length > 1 ? stacks.length - 1 : 0));
  // Wide enough, two clouds stand side by side; else one under another.
  const shares = sharesOf(stacks.map(({ hosts, resources }) => 1 + hosts.size + resources.size), area.columns >= 140 ? room * 2 : room);
  const blocks = stacks.map((stack, index) => stackLines(stack, { glyphs, nowMs: shared.nowMs, over: isOver(state), rows: shares[index] ?? 1 }));
  const body = area.columns >= 140 && blocks.length > 1 ? sideBySide(blocks, area.columns) : blocks.flatMap((block, index) => (index === 0 ? block : [[], ...block]));
  const lines = [head, [], ...body.slice(0, Math.max(0, area.rows - 3 - outcome.length)), [], ...outcome];
  const tail = progress.log.slice(-Math.max(0, area.rows - lines.length - 1));
  return isOver(state) || tail.length < 3 ? lines : [...lines, [{ text: ' log', tone: 'dim' }], ...tail.slice(1).map(logSpans)];
}

/** So many lines for each, of what there are: who wants fewer leaves them to the others. */
export function sharesOf(wanted: readonly number[], room: number): readonly number[] {
  const shares = wanted.map(() => 0);
  let left = room;
  const order = wanted.map((_, index) => index).toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  for (const [place, index] of order.entries()) {
    const share = Math.max(1, Math.min(wanted[index] ?? 0, Math.floor(left / (order.length - place))));
    shares[index] = share;
    left -= share;
  }
  return shares;
}

/** What the run is at: while stacks are at work, what the one that is furthest behind is at. */
function phaseOf({ progress }: RunState, over: boolean): string {
  const [slowest] = [...progress.stacks.values()].toSorted((a, b) => a.percent - b.percent);
  return (over ? progress.phase : (slowest?.phase ?? progress.phase)) ?? 'starting';
}

function headLine(state: RunState, { nowMs, facts }: Shared, { columns }: Area): readonly Span[] {
  const { progress } = state;
  const glyphs = glyphsFor(facts.unicode);
  const over = isOver(state);
  const elapsedMs = progress.result?.durationMs ?? (progress.startedMs === null ? 0 : Math.max(0, nowMs - progress.startedMs));
  const width = Math.max(8, Math.min(30, columns - 50));
  const filled = Math.round((width * progress.percent) / 100);
  const tone = over ? (wentWell(state) ? 'good' : 'bad') : 'accent';
  const word = over ? (wentWell(state) ? glyphs.ready : glyphs.failed) : glyphs.working;
  return [
    { text: ` ${word} `, tone },
    { text: phaseOf(state, over).padEnd(15), tone: 'strong' },
    { text: ` ${glyphs.bar.repeat(filled)}`, tone },
    { text: glyphs.barEmpty.repeat(width - filled), tone: 'dim' },
    { text: ` ${String(progress.percent).padStart(3)} %  ${formatDuration(elapsedMs)}` },
    { text: state.stopping && !over ? '   stopping' : '', tone: 'warn' },
  ];
}

/** Blocks in two columns, each cut to its half. */
function sideBySide(blocks: readonly Lines[], columns: number): Lines {
  const half = Math.floor(columns / 2) - 1;
  const rows: (readonly Span[])[] = [];
  for (let pair = 0; pair < blocks.length; pair += 2) {
    const left = blocks[pair] ?? [];
    const right = blocks[pair + 1] ?? [];
    for (let row = 0; row < Math.max(left.length, right.length); row += 1) rows.push([...padded(left[row] ?? [], half), { text: ' ' }, ...(right[row] ?? [])]);
    if (pair + 2 < blocks.length) rows.push([]);
  }
  return rows;
}

function padded(spans: readonly Span[], columns: number): readonly Span[] {
  const cut = cutSpans(spans, columns);
  const width = cut.reduce((sum, { text }) => sum + displayWidth(text), 0);
  return [...cut, { text: ' '.repeat(Math.max(0, columns - width)) }];
}
