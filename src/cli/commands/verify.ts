import type { Problem } from '../../core/errors.ts';
import { verify as verifyLab } from '../../library/change.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { follow } from '../library-call.ts';
import { renderProblem } from '../text/problem.ts';
import { renderVerdict } from '../text/verdict.ts';

/** `labtui verify S`: the state against the cloud, three lists; exit 0 only where they are empty. */
export async function verify(context: CliContext, reference: string): Promise<number> {
  const { exitCode, ...verdict } = await follow(verifyLab(reference, around(context)), {
    take: (event) => {
      if (event.type === 'log' && event.level === 'warn' && !context.settings.json) context.err(`${event.message}\n`);
    },
  });
  if (context.settings.json) {
    context.out(`${JSON.stringify({ v: 1, ...verdict }, null, 2)}\n`);
    return exitCode;
  }
  context.out(renderVerdict(verdict, context.theme));
  const problems: readonly Problem[] = Object.values(verdict.stacks).flatMap((stack) => stack.problems);
  for (const problem of problems) context.err(renderProblem({ ...problem, hint: problem.hint?.replaceAll('SESSION', verdict.session) }, context.theme));
  return exitCode;
}
