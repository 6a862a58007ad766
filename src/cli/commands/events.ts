import type { LabEvent } from '../../core/events.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { openSessions } from '../sessions.ts';
import { describe } from '../readers/plain.ts';
import { renderProblem } from '../text/problem.ts';

export interface EventsOptions {
  readonly all?: boolean;
  readonly follow?: boolean;
}

/** `labtui events [S|--all] [--follow]`: the audit trail. */
export async function events(context: CliContext, reference: string | undefined, options: EventsOptions): Promise<number> {
  const store = openSessions(context);
  if (reference === undefined && options.all !== true) throw new UsageError('events of which session?', 'labtui events SESSION   or   labtui events --all');
  if (reference !== undefined && options.all === true) throw new UsageError('a session and --all exclude each other');
  if (options.follow === true && reference === undefined) throw new UsageError('--follow needs one session', 'labtui events SESSION --follow');
  if (reference === undefined) {
    const sessions = await store.list({ archived: true });
    const all = (await Promise.all(sessions.map(({ id }) => store.readEvents(id)))).flat();
    for (const event of all.sort((a, b) => a.time.localeCompare(b.time))) print(context, event);
    return 0;
  }
  const { id } = await store.resolve(reference, { archived: true });
  if (options.follow === true) {
    for await (const event of store.followEvents(id, { signal: context.signal })) print(context, event);
    return 0;
  }
  for (const event of await store.readEvents(id)) print(context, event);
  return 0;
}

function print(context: CliContext, event: LabEvent): void {
  if (context.settings.json) {
    context.out(`${JSON.stringify(event)}\n`);
    return;
  }
  const text =
    event.type === 'diagnostic'
      ? renderProblem(event, context.theme, event.severity).trimEnd()
      : event.type === 'result'
        ? `${event.ok ? 'done' : 'failed'} (exit ${event.exitCode})`
        : (describe(event, context.theme) ?? null);
  if (text !== null) context.out(`${context.theme.dim(event.time)}  ${event.stack === null ? '' : `${event.stack}  `}${text}\n`);
}
