import { createLogUpdate } from 'log-update';
import type { LabEvent, Phase } from '../../core/events.ts';
import { formatDuration } from '../../core/duration.ts';
import { renderProblem } from '../text/problem.ts';
import { renderReceipt } from '../text/receipt.ts';
import type { Theme } from '../theme.ts';
import { describe } from './plain.ts';
import type { Reader } from './reader.ts';

export interface LiveOptions {
  readonly stream: NodeJS.WriteStream;
  readonly theme: Theme;
  /** A question follows that shows plan and protection itself. */
  readonly asks: boolean;
  /** Events of several sessions come mixed. @default false */
  readonly several?: boolean;
}

interface Lane {
  phase: Phase;
  percent: number;
  message: string;
  sinceMs: number;
  /** Resources in work: address to action and start. */
  readonly working: Map<string, { action: string; sinceMs: number }>;
}

const frameMs = 120;
const ended: readonly Phase[] = ['ready', 'destroyed', 'failed'];

/** A few lines that update in place, one for the run and each stack, and one per resource in work. */
export function liveReader({ stream, theme, asks, several = false }: LiveOptions): Reader {
  const update = createLogUpdate(stream, { showCursor: false });
  const lanes = new Map<string, Lane>();
  let startedMs = Date.now();
  let timer: NodeJS.Timeout | null = null;
  let paused = false;

  const draw = (): void => {
    if (!paused) update(frame(lanes, startedMs, theme, Math.max(4, (stream.rows || 24) - 2)));
  };
  /** Prints above the moving lines. */
  const record = (text: string): void => {
    update.clear();
    stream.write(text.endsWith('\n') ? text : `${text}\n`);
    if (timer !== null) draw();
  };
  const take = (event: LabEvent): void => {
    if (lanes.size === 0 && timer === null) startedMs = Date.parse(event.time);
    paused = false;
    timer ??= setInterval(draw, frameMs).unref();
    const lane = laneOf(lanes, event, several);
    switch (event.type) {
      case 'phase':
        lane.phase = event.phase;
        lane.percent = event.percent;
        lane.message = event.message;
        if (ended.includes(event.phase)) lane.working.clear();
        break;
      case 'resource':
        if (event.status === 'started') lane.working.set(event.address, { action: event.action, sinceMs: Date.parse(event.time) });
        else if (event.status !== 'progress') lane.working.delete(event.address);
        break;
      case 'host':
        if (event.stage !== null && event.stage !== 'ready') lane.message = `${event.name} ${event.stage}${event.reason === null ? '' : `: ${event.reason}`}`;
        break;
      case 'diagnostic':
        record(`${several && event.session !== null ? `${event.session}  ` : ''}${renderProblem(event, theme, event.severity)}`);
        break;
      case 'receipt':
        record(`  ${several && event.session !== null ? `${event.session}  ` : ''}${renderReceipt(event)}`);
        break;
      case 'plan':
      case 'protection':
        if (!asks) record(`  ${event.stack === null ? '' : `${event.stack}  `}${describe(event, theme) ?? ''}`);
        break;
      case 'fallback':
      case 'log': {
        const text = describe(event, theme);
        if (text !== null && (event.type !== 'log' || event.level !== 'info')) record(`  ${event.stack === null ? '' : `${event.stack}  `}${text}`);
        break;
      }
      case 'result':
        break;
    }
    draw();
  };
  const stop = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
    update.clear();
    update.done();
  };
  return {
    take,
    end: () => stop(),
    pause: () => {
      paused = true;
      stop();
    },
  };
}

/** Of several sessions each has its lanes, `SESSION` and `SESSION/STACK`. */
function laneOf(lanes: Map<string, Lane>, event: LabEvent, several: boolean): Lane {
  const own = event.stack ?? '';
  const key = several && event.session !== null ? `${event.session}${own === '' ? '' : `/${own}`}` : own;
  const known = lanes.get(key);
  if (known !== undefined) return known;
  const lane: Lane = { phase: 'validating', percent: 0, message: '', sinceMs: Date.parse(event.time), working: new Map() };
  lanes.set(key, lane);
  return lane;
}

function frame(lanes: ReadonlyMap<string, Lane>, startedMs: number, theme: Theme, most: number): string {
  const keys = [...lanes.keys()];
  // The lane of a run, or of one of its sessions, stands for those below it until there are some.
  const shown = [...lanes].filter(([key]) => !keys.some((other) => (key === '' ? other !== '' : other.startsWith(`${key}/`))));
  const lines = shown.flatMap(([key, lane]) => {
    const name = key === '' ? '' : `${key.padEnd(8)} `;
    const elapsed = formatDuration(Date.now() - (key === '' ? startedMs : lane.sinceMs));
    const rests = lane.phase === 'stopping' && lane.percent === 100;
    const head = `  ${rests ? theme.dim(theme.glyphs.stopped) : glyph(lane.phase, theme)} ${name}${(rests ? 'stopped' : lane.phase.replaceAll('-', ' ')).padEnd(16)} ${String(lane.percent).padStart(3)} %  ${elapsed.padEnd(8)} ${theme.dim(lane.message)}`;
    const working = [...lane.working].map(
      ([address, { action, sinceMs }]) => theme.dim(`      ${address} ${action} ${formatDuration(Date.now() - sinceMs)}`),
    );
    return [head, ...working];
  });
  return lines.slice(0, most).join('\n');
}

function glyph(phase: Phase, theme: Theme): string {
  if (phase === 'ready' || phase === 'destroyed') return theme.good(theme.glyphs.ready);
  if (phase === 'failed') return theme.bad(theme.glyphs.failed);
  if (phase === 'awaiting-approval') return theme.warn(theme.glyphs.attention);
  return theme.accent(theme.glyphs.working);
}
