import type { LabEvent } from '../../core/events.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { events as eventsOfSession } from '../../library/look.ts';
import { openSessions } from '../../library/sessions.ts';
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
  const wanted = withinTimes(options, Date.now());
  if (reference === undefined) {
    const store = openSessions(context);
    const all: LabEvent[] = [];
    // One after the other: of many sessions only what is wanted stays in memory.
    for (const { id } of await store.list({ archived: true })) all.push(...(await store.readEvents(id)).filter(wanted));
    for (const event of all.sort((a, b) => Date.parse(a.time) - Date.parse(b.time))) print(context, event, true);
    return 0;
  }
  for await (const event of eventsOfSession(reference, { ...around(context), follow: options.follow === true })) if (wanted(event)) print(context, event);
  return 0;
}

function withinTimes({ since, until }: EventsOptions, nowMs: number): (event: LabEvent) => boolean {
  const [sinceMs, untilMs] = [timeOf('--since', since, nowMs), timeOf('--until', until, nowMs)];
  return ({ time }) => {
    const atMs = Date.parse(time);
    return (sinceMs === null || atMs >= sinceMs) && (untilMs === null || atMs <= untilMs);
  };
}

function print(context: CliContext, event: LabEvent, ofMany = false): void {
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
