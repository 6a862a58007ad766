import { formatDuration } from '../../../core/duration.ts';
import { partNames } from '../../../core/cost.ts';
import type { LayerDeadline, StillBilled } from '../../../core/events.ts';
import type { Glyphs } from '../../theme.ts';
import type { Span } from '../../widgets/line.tsx';
import { isOver, type RunState, sessionOf, wentWell } from './state.ts';

/** What is to be known below the stacks: problems with their way out, what was taken instead, and how it ended. */
export function outcomeLines(state: RunState, glyphs: Glyphs): readonly (readonly Span[])[] {
  const { progress, ended } = state;
  const lines: (readonly Span[])[] = [];
  for (const { stack, event } of progress.fallbacks.slice(-2)) {
    lines.push([{ text: ` ${glyphs.attention} `, tone: 'warn' }, { text: `${stack === null ? '' : `${stack}: `}${event.from} to ${event.to}: ${event.reason}`, tone: 'dim' }]);
  }
  for (const { stack, event } of progress.diagnostics.filter(({ event }) => isOver(state) || event.severity === 'error').slice(-3)) {
    const bad = event.severity === 'error';
    lines.push([{ text: ` ${bad ? glyphs.failed : glyphs.attention} `, tone: bad ? 'bad' : 'warn' }, { text: `${stack === null ? '' : `${stack}: `}${event.summary}${event.code === null ? '' : ` (${event.code})`}` }]);
    if (event.hint !== null) lines.push([{ text: '   try: ', tone: 'dim' }, { text: event.hint.split('\n', 1)[0] ?? '', tone: 'accent' }]);
  }
  if (progress.receipt !== null) lines.push(receiptLine(state, glyphs));
  if (!isOver(state)) return lines;
  const session = sessionOf(state);
  if (progress.result === null && ended !== null) {
    const said = ended.stderr.trimEnd().split('\n').filter(Boolean).slice(-3);
    lines.push(...said.map((text): readonly Span[] => [{ text: `   ${text}` }]));
    lines.push([{ text: ` ${glyphs.failed} `, tone: 'bad' }, { text: ended.exitCode === null ? 'it was killed; the next command on the lab repairs what it left' : `it ended with exit code ${ended.exitCode}` }]);
  } else if (progress.result?.deadlines !== undefined) {
    lines.push(...progress.result.deadlines.map((layer) => deadlineLine(layer, glyphs)));
  } else if (wentWell(state) && state.verb === 'stop') {
    lines.push([{ text: ` ${glyphs.stopped} `, tone: 'dim' }, { text: 'stopped', tone: 'strong' }, ...billedSpans(progress.result?.stillBilled ?? [])]);
  } else if (wentWell(state) && progress.result?.phase === 'ready') {
    lines.push([{ text: ` ${glyphs.ready} `, tone: 'good' }, { text: `ready in ${formatDuration(progress.result.durationMs)}`, tone: 'strong' }, { text: `   s opens a shell   until ${untilText(progress.protection?.until ?? null)}`, tone: 'dim' }]);
  } else if (!wentWell(state) && progress.result !== null) {
    lines.push([{ text: ` ${glyphs.failed} `, tone: 'bad' }, { text: `ended with exit code ${progress.result.exitCode}` }, { text: session === null ? '' : `   more: labtui events ${session}`, tone: 'dim' }]);
  }
  return lines;
}

function deadlineLine({ stack, layer, at, moved }: LayerDeadline, glyphs: Glyphs): readonly Span[] {
  return [
    { text: ` ${moved ? glyphs.ready : glyphs.attention} `, tone: moved ? 'good' : 'warn' },
    { text: `${stack} ${layer}`, tone: 'strong' },
    { text: `   ${moved ? 'ends it' : 'stays'} at ${at === null ? 'no time' : untilText(at)}` },
  ];
}

function billedSpans(billed: readonly StillBilled[]): readonly Span[] {
  const known = billed.filter(({ parts }) => parts.length > 0);
  if (known.length === 0) return [{ text: '   nothing of it is billed now', tone: 'dim' }];
  const each = known.map(({ stack, parts, hourlyCost, currency }) => `${stack} ${parts.map((part) => partNames[part]).join(' and ')}${hourlyCost === null ? '' : ` ${hourlyCost.toFixed(4)} ${currency ?? ''} per hour`}`);
  return [{ text: `   still billed: ${each.join('; ')}`, tone: 'dim' }];
}

function receiptLine({ progress }: RunState, glyphs: Glyphs): readonly Span[] {
  const { receipt } = progress;
  if (receipt === null) return [];
  const clean = receipt.left.length === 0;
  return [
    { text: ` ${clean ? glyphs.ready : glyphs.failed} `, tone: clean ? 'good' : 'bad' },
    { text: `${clean ? 'gone' : 'incomplete'} in ${formatDuration(receipt.durationMs)}`, tone: 'strong' },
    { text: `   ${receipt.found} found, ${receipt.deleted} deleted, ${receipt.left.length} left   verified by ${receipt.verifiedBy.join(' and ') || 'nothing'}` },
  ];
}

function untilText(until: string | null): string {
  return until === null ? 'you destroy it' : `${until.slice(0, 16).replace('T', ' ')} UTC`;
}
