import { exitCodeOf, exitCodes, LabError, type Problem } from '../core/errors.ts';
import type { CliContext } from './context.ts';
import { originOf } from '../library/origin.ts';
import { renderProblem } from './text/problem.ts';

/** Wrong use of a command that commander cannot see: exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * Reports what ended a command: a user's mistake or a failure by its message, a bug by its message and the file
 * with its stack trace. Resolves to the exit code.
 */
export async function reportFailure(error: unknown, context: CliContext): Promise<number> {
  if (error instanceof UsageError) {
    report({ kind: 'invalid-input', summary: error.message, hint: error.hint }, context);
    return exitCodes.usage;
  }
  if (error instanceof LabError) {
    report(error.problem, context);
    return error.exitCode ?? exitCodeOf(error.problem.kind, 'before-creation');
  }
  const { keepStackTrace } = await import('../library/bug-report.ts');
  const file = keepStackTrace(error, context);
  report(
    {
      kind: 'internal',
      summary: `a bug in labtui: ${error instanceof Error ? error.message : String(error)}`,
      hint: file === null ? undefined : `the stack trace is in ${file}`,
    },
    context,
  );
  return exitCodes.bug;
}

function report(problem: Problem, context: CliContext): void {
  if (context.settings.json) {
    const { kind, summary, code = null, detail = null, hint = null, address = null, retryable = false } = problem;
    const event = { v: 1, time: new Date().toISOString(), session: null, stack: null, type: 'diagnostic', severity: 'error', kind, code, summary, detail, hint, address, retryable, ...originOf(context) };
    context.out(`${JSON.stringify(event)}\n`);
    return;
  }
  context.err(renderProblem(problem, context.theme));
}
