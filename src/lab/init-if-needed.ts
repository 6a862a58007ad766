import type { Problem } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { LabPorts } from './ports.ts';
import type { Run } from './run.ts';
import type { SessionBook } from './session-book.ts';
import { reportProblems, runTerraform } from './terraform-run.ts';

/**
 * Runs `terraform init` where the providers are not linked in the stack's directory any more, or in any case with `force`: after a
 * finished apply they are. Resolves with what went wrong, reported already.
 */
export async function initIfNeeded(
  stack: PinnedStack,
  { ports, run, book }: { readonly ports: LabPorts; readonly run: Run; readonly book: SessionBook },
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
