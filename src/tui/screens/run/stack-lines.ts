import { formatDuration } from '../../../core/duration.ts';
import type { Host } from '../../../core/events.ts';
import type { Glyphs, Tone } from '../../theme.ts';
import type { Span } from '../../widgets/line.tsx';
import type { ResourceProgress, StackProgress } from './progress.ts';

export interface StackLinesOptions {
  readonly glyphs: Glyphs;
  readonly nowMs: number;
  readonly over: boolean;
  /** At most so many lines. */
  readonly rows: number;
}

/** A stack: its phase; its machines with what they wait for; its resources, those at work first where not all fit. */
export function stackLines(stack: StackProgress, options: StackLinesOptions): readonly (readonly Span[])[] {
  const { glyphs, nowMs, over, rows } = options;
  const failed = stack.phase === 'failed';
  const done = stack.phase === 'ready' || stack.phase === 'destroyed';
  const rests = stack.phase === 'stopping' && stack.percent === 100;
  const [mark, tone]: readonly [string, Tone] = failed ? [glyphs.failed, 'bad'] : done ? [glyphs.ready, 'good'] : rests ? [glyphs.stopped, 'dim'] : over ? [glyphs.stopped, 'warn'] : [glyphs.working, 'accent'];
  const target = stack.plan?.target;
  const head: readonly Span[] = [
    { text: ` ${mark} `, tone },
    { text: stack.id.padEnd(10), tone: 'strong' },
    { text: rests ? 'stopped' : stack.phase, tone },
    { text: `  ${String(stack.percent)} %${over || done || rests ? '' : `  ${formatDuration(nowMs - stack.phaseSinceMs)}`}  ${stack.message}`, tone: 'dim' },
    { text: target === undefined ? '' : `  ${target.instanceType} ${target.zone}`, tone: 'dim' },
  ];
  const hosts = [...stack.hosts.values()].map((host) => hostLine(host, { glyphs, over, gone: stack.phase === 'destroyed' }));
  const room = Math.max(0, rows - 1 - hosts.length);
  const resources = resourceLines([...stack.resources.values()], room, options);
  return [head, ...hosts, ...resources].slice(0, Math.max(1, rows));
}

function hostLine({ name, state, stage, reason, publicIp, user }: Host, { glyphs, over, gone }: { readonly glyphs: Glyphs; readonly over: boolean; readonly gone: boolean }): readonly Span[] {
  if (gone) return [{ text: `   ${glyphs.stopped} `, tone: 'dim' }, { text: name }, { text: '  gone', tone: 'dim' }];
  if (state === 'stopped' || state === 'stopping') return [{ text: `   ${state === 'stopped' ? glyphs.stopped : glyphs.working} `, tone: 'dim' }, { text: name }, { text: `  ${state}`, tone: 'dim' }];
  const ready = stage === 'ready';
  const waits = stage === null ? (over ? 'never answered' : 'waiting') : `${over ? 'was waiting' : 'waits'} for ${stage}`;
  const [mark, tone]: readonly [string, Tone] = ready ? [glyphs.ready, 'good'] : over ? [glyphs.stopped, 'warn'] : [glyphs.working, 'accent'];
  return [
    { text: `   ${mark} `, tone },
    { text: name },
    { text: ready ? `  ssh ${user}@${publicIp ?? ''}` : `  ${waits}`, tone: ready ? 'plain' : tone },
    { text: reason === null ? '' : `  ${reason}`, tone: 'dim' },
  ];
}

const statusTone: Readonly<Record<ResourceProgress['status'], Tone>> = { planned: 'dim', started: 'accent', progress: 'accent', complete: 'good', errored: 'bad' };

function resourceLines(resources: readonly ResourceProgress[], room: number, { glyphs, nowMs, over }: StackLinesOptions): readonly (readonly Span[])[] {
  if (room === 0 || resources.length === 0) return [];
  const important = resources.length <= room ? resources : resources.toSorted((a, b) => rank(a) - rank(b)).slice(0, Math.max(0, room - 1));
  const lines = important.map((resource): readonly Span[] => {
    const { address, action, status, id, startedMs, tookMs } = resource;
    const mark = status === 'complete' ? glyphs.ready : status === 'errored' ? glyphs.failed : status === 'planned' ? glyphs.dot : glyphs.working;
    const working = status === 'started' || status === 'progress';
    const time = tookMs !== null ? formatDuration(tookMs) : working && startedMs !== null && !over ? formatDuration(nowMs - startedMs) : '';
    return [
      { text: `   ${mark} `, tone: statusTone[status] },
      { text: address, tone: status === 'planned' ? 'dim' : 'plain' },
      { text: working ? `  ${verbOf(action)}` : '', tone: 'accent' },
      { text: time === '' ? '' : `  ${time}`, tone: 'dim' },
      { text: id === null ? '' : `  ${id}`, tone: 'dim' },
    ];
  });
  const done = resources.filter(({ status }) => status === 'complete').length;
  return important.length === resources.length ? lines : [...lines, [{ text: `   ${done} of ${resources.length} done`, tone: 'dim' }]];
}

function rank({ status }: ResourceProgress): number {
  return { errored: 0, progress: 1, started: 1, planned: 2, complete: 3 }[status];
}

function verbOf(action: string): string {
  return { create: 'creating', delete: 'destroying', update: 'changing', replace: 'replacing', read: 'reading' }[action] ?? action;
}
