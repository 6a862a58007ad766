import type { LabEvent } from '../../core/events.ts';
import { formatDuration } from '../../core/duration.ts';
import { leftOpen } from '../../core/protection.ts';
import { renderProblem } from '../text/problem.ts';
import { renderPlan } from '../text/plan.ts';
import { renderReceipt } from '../text/receipt.ts';
import type { Theme } from '../theme.ts';
import type { Reader } from './reader.ts';

export interface PlainOptions {
  readonly err: (text: string) => void;
  readonly theme: Theme;
  readonly quiet: boolean;
  /** Events of several sessions come mixed. @default false */
  readonly several?: boolean;
}

/** One line per change, with the time since the start: for logs, CI and dumb terminals. */
export function plainReader({ err, theme, quiet, several = false }: PlainOptions): Reader {
  let startedMs: number | null = null;
  const lastLine = new Map<string, string>();
  const whose = ({ session, stack }: LabEvent): string => [several ? session : null, stack].filter((part) => part !== null).map((part) => `${part}  `).join('');
  const say = (event: LabEvent, text: string): void => {
    startedMs ??= Date.parse(event.time);
    const elapsed = formatDuration(Date.parse(event.time) - startedMs).padStart(7);
    err(`${theme.dim(elapsed)}  ${whose(event)}${text}\n`);
  };
  /** The same line again says nothing. */
  const sayOnce = (event: LabEvent, key: string, text: string): void => {
    if (lastLine.get(key) === text) return;
    lastLine.set(key, text);
    say(event, text);
  };
  const take = (event: LabEvent): void => {
    startedMs ??= Date.parse(event.time);
    if (event.type === 'diagnostic') {
      if (!quiet || event.severity === 'error') err(`${several ? whose(event) : ''}${renderProblem(event, theme, event.severity)}`);
      return;
    }
    if (quiet) return;
    const text = describe(event, theme);
    if (text !== null) sayOnce(event, `${several ? (event.session ?? '') : ''}/${event.stack ?? ''}/${event.type}${event.type === 'host' ? event.name : ''}`, text);
  };
  return { take, end: () => undefined, pause: () => undefined };
}

/** What a change is in one line; null where it says nothing to a person. */
export function describe(event: LabEvent, theme: Theme): string | null {
  switch (event.type) {
    case 'phase':
      return `${event.phase.replaceAll('-', ' ')}${event.message === '' ? '' : ` ${theme.glyphs.dash} ${event.message}`}`;
    case 'plan':
      return renderPlan(event);
    case 'resource':
      return event.status === 'progress'
        ? null
        : `${event.address} ${event.action} ${event.status}${event.id === null ? '' : ` ${event.id}`}${event.status === 'complete' ? ` (${formatDuration(event.elapsedMs)})` : ''}`;
    case 'fallback':
      return `${theme.glyphs.attention} ${event.from} -> ${event.to}: ${event.reason}`;
    case 'host':
      return event.stage === null
        ? null
        : `${event.name} ${event.stage}${event.reason === null ? '' : `: ${event.reason}`}`;
    case 'protection':
      return event.by.length === 0
        ? `${theme.glyphs.attention} protected by nothing: ${event.missing.map(({ reason }) => reason)[0] ?? 'no TTL'}`
        : [`protected by ${event.by.join(', ')} until ${event.until ?? 'never'}`, ...leftOpen(event)].join(`  ${theme.glyphs.attention} `);
    case 'receipt':
      return renderReceipt(event);
    case 'log':
      return event.level === 'debug' ? null : event.message;
    case 'diagnostic':
    case 'result':
      return null;
  }
}
