import type { LabEvent } from '../../core/events.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { events as eventsOf } from '../../library/look.ts';
import { timeOf } from '../time-of.ts';
import { describe } from '../readers/plain.ts';
import { renderProblem } from '../text/problem.ts';

export interface EventsOptions {
  readonly all?: boolean;
  readonly follow?: boolean;
  /** A duration back from now, or a date. */
  readonly since?: string;
  readonly until?: string;
}

/** `labtui events [S|--all] [--follow] [--since 2h] [--until DATE]`: the audit trail. */
export async function events(context: CliContext, reference: string | undefined, options: EventsOptions): Promise<number> {
  if (reference === undefined && options.all !== true) throw new UsageError('events of which session?', 'labtui events SESSION   or   labtui events --all');
  if (reference !== undefined && options.all === true) throw new UsageError('a session and --all exclude each other');
  if (options.follow === true && reference === undefined) throw new UsageError('--follow needs one session', 'labtui events SESSION --follow');
  if (options.follow === true && options.until !== undefined) throw new UsageError('--follow and --until exclude each other');
  const nowMs = Date.now();
  const [since, until] = [dateOf('--since', options.since, nowMs), dateOf('--until', options.until, nowMs)];
  for await (const event of eventsOf(reference ?? null, { ...around(context), follow: options.follow === true, since, until })) print(context, event, reference === undefined);
  return 0;
}

function dateOf(flag: string, text: string | undefined, nowMs: number): Date | undefined {
  const ms = timeOf(flag, text, nowMs);
  return ms === null ? undefined : new Date(ms);
}

function print(context: CliContext, event: LabEvent, ofMany: boolean): void {
  if (context.settings.json) {
    context.out(`${JSON.stringify(event)}\n`);
    return;
  }
  const text =
    event.type === 'diagnostic'
      ? renderProblem(event, context.theme, event.severity).trimEnd()
      : event.type === 'result'
        ? `${event.ok ? 'done' : 'failed'} (exit ${event.exitCode})${byWhom(event)}`
        : (describe(event, context.theme) ?? null);
  const where = [ofMany ? event.session : null, event.stack].filter((part) => part !== null).map((part) => `${part}  `).join('');
  if (text !== null) context.out(`${context.theme.dim(event.time)}  ${where}${text}\n`);
}

function byWhom({ who, ci, labtui }: LabEvent): string {
  const parts = [who, ci, labtui === undefined ? undefined : `labtui ${labtui}`].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `   by ${parts.join(', ')}`;
}
