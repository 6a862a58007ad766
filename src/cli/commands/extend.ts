import { formatDuration, parseDuration } from '../../core/duration.ts';
import { invalidInput } from '../../core/errors.ts';
import type { ResultEvent } from '../../core/events.ts';
import { extendSession, type ExtendRequest } from '../../lab/extend.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { openReader } from '../readers/open-reader.ts';
import { isRehearsed, type RehearsalOptions, requireRehearsed, withPorts } from '../rehearsal/with-ports.ts';
import { openSessions } from '../sessions.ts';
import { timeoutOf } from '../timeout.ts';

export interface ExtendOptions extends RehearsalOptions {
  readonly until?: string;
  readonly timeout?: string;
}

/** `labtui extend S 2h`: moves a lab's deadline on its running machines, and says of each layer when it acts now. */
export async function extend(context: CliContext, reference: string, by: string | undefined, options: ExtendOptions): Promise<number> {
  const to = whereTo(by, options.until);
  const store = openSessions(context);
  const { id, archived } = await store.resolve(reference, { archived: true });
  const rehearsed = await isRehearsed(store, id);
  requireRehearsed(id, rehearsed, options);
  const timeoutMs = timeoutOf(options.timeout);
  const reader = await openReader(context);
  try {
    const result = await withPorts(context, { rehearsed, options, approve: () => Promise.resolve(false) }, (ports) =>
      extendSession({ id, archived, to, sink: (event) => reader.take(event), signal: context.signal, timeoutMs }, ports),
    );
    reader.end();
    if (!context.settings.json) closingWords(context, id, result, Date.now());
    return result.exitCode;
  } finally {
    reader.end();
  }
}

/** Throws UsageError, or invalid-input for what is neither a duration nor a time. */
function whereTo(by: string | undefined, until: string | undefined): ExtendRequest['to'] {
  if ((by === undefined) === (until === undefined)) throw new UsageError('by how much, or until when?', 'labtui extend SESSION 2h   or   labtui extend SESSION --until 2026-11-21T18:00Z');
  if (until !== undefined) {
    // With its zone: what is meant by a bare time is anybody's guess.
    const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)$/.test(until) ? Date.parse(until) : Number.NaN;
    if (Number.isNaN(ms)) throw invalidInput(`--until ${until} is no time`, 'with date and zone: 2026-11-21T18:00Z, 2026-11-21T18:00+01:00');
    return { until: new Date(ms) };
  }
  const byMs = parseDuration(by ?? '');
  if (byMs === null || byMs === 0) throw invalidInput(`"${by ?? ''}" is no duration`, 'such as 30m, 2h, 1d');
  return { byMs };
}

function closingWords(context: CliContext, id: string, { ok, deadlines = [], exitCode }: ResultEvent, nowMs: number): void {
  const { theme } = context;
  const until = deadlines.find(({ layer, moved }) => layer === 'tags' && moved)?.at ?? null;
  const lines = deadlines.map(({ stack, layer, at, moved }) => `  ${stack}  ${layer.padEnd(5)}  ${at ?? 'never'}${moved ? '' : theme.warn('  stays')}\n`).join('');
  if (until === null) {
    context.err(`${theme.bad(theme.glyphs.failed)} ${id} keeps its deadline (exit ${exitCode})\n${lines}`);
    return;
  }
  const head = ok ? theme.good(theme.glyphs.ready) : theme.warn(theme.glyphs.attention);
  context.out(`${head} ${id} ends at ${until}, in ${formatDuration(Date.parse(until) - nowMs)}\n${lines}`);
}
