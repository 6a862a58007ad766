import type { Problem } from '../../core/errors.ts';
import { verifySession } from '../../lab/verify.ts';
import type { CliContext } from '../context.ts';
import { isRehearsed, withPorts } from '../rehearsal/with-ports.ts';
import { openSessions } from '../sessions.ts';
import { renderProblem } from '../text/problem.ts';
import { renderVerdict } from '../text/verdict.ts';

/** `labtui verify S`: the state against the cloud, three lists; exit 0 only where they are empty. */
export async function verify(context: CliContext, reference: string): Promise<number> {
  const store = openSessions(context);
  const { id, archived } = await store.resolve(reference, { archived: true });
  const rehearsed = await isRehearsed(store, id);
  const { verdict, exitCode } = await withPorts(context, { rehearsed, options: {}, approve: () => Promise.resolve(false) }, (ports) =>
    verifySession(
      {
        id,
        archived,
        sink: (event) => {
          if (event.type === 'log' && event.level === 'warn' && !context.settings.json) context.err(`${event.message}\n`);
        },
        signal: context.signal,
      },
      ports,
    ),
  );
  if (context.settings.json) {
    context.out(`${JSON.stringify({ v: 1, ...verdict }, null, 2)}\n`);
    return exitCode;
  }
  context.out(renderVerdict(verdict, context.theme));
  const problems: readonly Problem[] = Object.values(verdict.stacks).flatMap((stack) => stack.problems);
  for (const problem of problems) context.err(renderProblem({ ...problem, hint: problem.hint?.replaceAll('SESSION', id) }, context.theme));
  return exitCode;
}
