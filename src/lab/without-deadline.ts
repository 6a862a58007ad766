import { isDeadlineAddress, isWritten } from '../core/deadline.ts';
import type { Problem } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import { withoutDeadline } from '../core/written-stack.ts';
import { updateProtection } from './protection-now.ts';
import { diagnosticOf } from './run.ts';
import type { CreateContext } from './stack-run.ts';
import type { StackOutcome } from './terraform-run.ts';

/** The problems of an apply, those of the cloud's own deadline apart: they alone are no reason to have no lab. */
export function apart(problems: readonly Problem[]): { readonly ofDeadline: readonly Problem[]; readonly others: readonly Problem[] } {
  const isOfDeadline = ({ address }: Problem): boolean => address !== undefined && isDeadlineAddress(address);
  return { ofDeadline: problems.filter(isOfDeadline), others: problems.filter((problem) => !isOfDeadline(problem)) };
}

/**
 * After a failed apply: the stack without its cloud's own deadline, recorded and written, where the cloud refused what that is made
 * of; nothing else in it changes. Else the stack as it is.
 */
export async function dropRefusedDeadline(stack: PinnedStack, problems: readonly Problem[], context: CreateContext): Promise<PinnedStack> {
  const { ports, run, book } = context;
  const [refusal] = apart(problems).ofDeadline;
  const { cloudDeadline } = stack;
  if (refusal === undefined || !isWritten(cloudDeadline)) return stack;
  const { kind } = cloudDeadline;
  const next: PinnedStack = { ...stack, cloudDeadline: { kind, state: 'missing', reason: `the cloud refused it: ${refusal.summary}` } };
  await book.updateStack(stack.id, (record) => ({ ...record, plan: next }));
  const file = `${book.paths.stack(stack.id)}/cdk.tf.json`;
  await ports.writeFile(file, withoutDeadline(await ports.readFile(file)));
  run.emit({ type: 'fallback', from: `the cloud's own deadline (${kind})`, to: 'none', reason: refusal.summary }, stack.id);
  if (refusal.detail !== undefined) run.emit({ type: 'log', level: 'debug', message: refusal.detail }, stack.id);
  await updateProtection(context);
  return next;
}

/** An apply that failed at nothing but what is left of a deadline that was given up: the lab stands, and the rest is said. */
export function forgiven(outcome: StackOutcome, stack: PinnedStack, { run }: CreateContext): StackOutcome {
  const { ofDeadline, others } = apart(outcome.problems);
  if (outcome.ok || outcome.interrupted || others.length > 0 || ofDeadline.length === 0 || isWritten(stack.cloudDeadline)) return outcome;
  for (const problem of ofDeadline) run.emit(diagnosticOf({ ...problem, hint: 'the destroy tries it again' }, 'warning'), stack.id);
  return { ...outcome, ok: true, problems: [] };
}
