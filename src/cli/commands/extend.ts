import { formatDuration } from '../../core/duration.ts';
import { extend as moveDeadline } from '../../library/change.ts';
import type { FinalEvent } from '../../library/lab-run.ts';
import type { RehearsalOptions } from '../../library/rehearsal/with-ports.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { follow } from '../library-call.ts';
import { openReader } from '../readers/open-reader.ts';

export interface ExtendOptions extends RehearsalOptions {
  readonly until?: string;
  readonly timeout?: string;
}

/** `labtui extend S 2h`: moves a lab's deadline on its running machines, and says of each layer when it acts now. */
export async function extend(context: CliContext, reference: string, by: string | undefined, { until, timeout, rehearse, fault }: ExtendOptions): Promise<number> {
  const to = until === undefined ? by : { until };
  if (to === undefined || (by !== undefined && until !== undefined)) throw new UsageError('by how much, or until when?', 'labtui extend SESSION 2h   or   labtui extend SESSION --until 2026-11-21T18:00Z');
  const reader = await openReader(context);
  try {
    const result = await follow(moveDeadline(reference, to, { ...around(context), rehearse, faults: fault, timeout }), reader);
    reader.end();
    if (!context.settings.json) closingWords(context, result, Date.now());
    return result.exitCode;
  } finally {
    reader.end();
  }
}

function closingWords(context: CliContext, { session: id, ok, deadlines = [], exitCode }: FinalEvent, nowMs: number): void {
  const { theme } = context;
  const until = deadlines.find(({ layer, moved }) => layer === 'tags' && moved)?.at ?? null;
  const lines = deadlines.map(({ stack, layer, at, moved }) => `  ${stack}  ${layer.padEnd(5)}  ${at ?? 'never'}${moved ? '' : theme.warn('  stays')}\n`).join('');
  if (until === null) {
    context.err(`${theme.bad(theme.glyphs.failed)} ${id ?? 'the session'} keeps its deadline (exit ${exitCode})\n${lines}`);
    return;
  }
  const head = ok ? theme.good(theme.glyphs.ready) : theme.warn(theme.glyphs.attention);
  context.out(`${head} ${id ?? 'the session'} ends at ${until}, in ${formatDuration(Date.parse(until) - nowMs)}\n${lines}`);
}
