import type { Problem } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import { reportProblems, runTerraform } from './terraform-run.ts';
import type { SessionWork } from './session-work.ts';

/**
 * Runs `terraform init` where the providers are not linked in the stack's directory any more, or in any case with `force`: after a
 * finished apply they are. Resolves with what went wrong, reported already.
 */
export async function initIfNeeded(
  stack: PinnedStack,
  { ports, run, book }: SessionWork,
  force = false,
): Promise<readonly Problem[]> {
  if (!force && (await ports.terraform.isInitialized(book.paths.stack(stack.id)))) return [];
  run.phase('initializing', 5, 'terraform init', stack.id);
  const outcome = await run.measure('init', () =>
    runTerraform({ ports, run, book, stackId: stack.id, cloud: ports.cloud(stack.cloud) }, (call, terraform) => terraform.init(call)),
  );
  reportProblems(run, stack.id, outcome.problems);
  return outcome.problems;
}
