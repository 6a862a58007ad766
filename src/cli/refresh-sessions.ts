import { exitCodes, worstExitCode } from '../core/errors.ts';
import type { DiagnosticEvent, LabEvent } from '../core/events.ts';
import { refresh } from '../library/change.ts';
import { withLimit } from '../core/with-limit.ts';
import { around } from './around.ts';
import type { CliContext } from './context.ts';
import { follow } from './library-call.ts';
import { renderProblem } from './text/problem.ts';

/** Terraform takes a good part of a processor for each. */
const atOnce = 3;

export interface RefreshedSessions {
  readonly exitCode: number;
  /** What could not be brought up to date. */
  readonly problems: readonly (DiagnosticEvent & { readonly session: string; readonly stack: string | null })[];
}

/** Asks the clouds how these sessions stand, and writes that into them. Problems go to standard error, and to a document's `problems`. */
export async function refreshSessions(context: CliContext, ids: readonly string[]): Promise<RefreshedSessions> {
  const problems: RefreshedSessions['problems'][number][] = [];
  const take = (id: string, event: LabEvent): void => {
    if (event.type === 'diagnostic') {
      problems.push({ ...event, session: id });
      context.err(renderProblem(event, context.theme, event.severity));
    } else if ((event.type === 'log' && event.level === 'warn') || event.type === 'fallback') {
      context.err(event.type === 'log' ? `${event.message}\n` : `${context.theme.glyphs.attention} ${event.from} -> ${event.to}: ${event.reason}\n`);
    }
  };
  const codes = await withLimit(ids, atOnce, async (id) => (await follow(refresh(id, around(context)), { take: (event) => take(id, event) })).exitCode);
  const stopped = codes.find((code) => code === exitCodes.interrupted || code === exitCodes.terminated);
  return { exitCode: stopped ?? worstExitCode(codes), problems };
}
