import { LabError, type Problem } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import { initIfNeeded } from './init-if-needed.ts';
import type { Run } from './run.ts';
import { soundState } from './state-guard.ts';
import { reportProblems, runTerraform } from './terraform-run.ts';
import type { SessionWork } from './session-work.ts';

const retryDelayMs = 5_000;

/** Runs `terraform destroy`, again after what passes by itself, a few times at most. Problems are reported already. */
export async function destroyWithRetry(
  stack: PinnedStack,
  context: SessionWork,
): Promise<{ readonly interrupted: boolean; readonly problems: readonly Problem[] }> {
  const { ports, run, book } = context;
  const options = { ports, run, book, stackId: stack.id, cloud: ports.cloud(stack.cloud) };
  let pluginsMissing = false;
  for (let attempt = 1; ; attempt += 1) {
    const initialized = await initIfNeeded(stack, context, pluginsMissing);
    if (initialized.length > 0) {
      const message = `Terraform cannot work here; the cloud's own API can delete by tag instead: labtui destroy ${book.record.id} --without-terraform`;
      if (!run.signal.aborted) run.emit({ type: 'log', level: 'warn', message }, stack.id);
      return { interrupted: run.signal.aborted, problems: initialized };
    }
    const outcome = await run.measure('destroy', () =>
      runTerraform({ ...options, onProgress: progress(run, stack.id) }, (call, terraform) => terraform.destroy(call)),
    );
    if (outcome.ok) return { interrupted: false, problems: [] };
    if (outcome.interrupted) return { interrupted: true, problems: outcome.problems };
    const missedPlugins = pluginsMissing;
    pluginsMissing = outcome.problems.some(({ detail }) => detail !== undefined && pluginTrouble.test(detail));
    if (pluginsMissing && !missedPlugins) continue;
    const worthAnother = outcome.problems.some(({ retryable }) => retryable === true);
    if (attempt >= 3 || !worthAnother) {
      const problems = outcome.problems.map(toDestroyAgain);
      reportProblems(run, stack.id, problems);
      return { interrupted: false, problems };
    }
    run.emit(
      { type: 'log', level: 'warn', message: `destroy met ${outcome.problems[0]?.summary ?? 'an error'}; trying again` },
      stack.id,
    );
    await ports.sleep(retryDelayMs * attempt, run.signal);
    const broken = await brokenState(stack, context);
    if (broken !== null) {
      reportProblems(run, stack.id, [broken]);
      return { interrupted: false, problems: [broken] };
    }
  }
}

/** A Terraform that was killed may have left half a state: it is put back. What is wrong with it where it cannot be; null: it is sound. */
async function brokenState(stack: PinnedStack, context: SessionWork): Promise<Problem | null> {
  try {
    await soundState(stack.id, context);
    return null;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return error.problem;
  }
}

/** A cloud's words for an error name the command of a creation; whoever is destroying is not to make it all again. */
function toDestroyAgain(problem: Problem): Problem {
  return { ...problem, hint: problem.hint?.replace(/labtui apply --session SESSION(?: --parallelism \d+)?/, 'labtui destroy SESSION') };
}

/** What Terraform says where the provider links of a directory lead nowhere: a moved mirror, a pruned cache. */
const pluginTrouble = /plugins? (?:are|is) not installed|could not load plugin|inconsistent dependency lock file/i;

function progress(run: Run, stackId: string): (done: number, planned: number) => void {
  return (done, planned) => {
    const percent = planned === 0 ? 50 : 10 + Math.round((80 * done) / planned);
    run.phase('destroying', Math.min(percent, 90), `${done} of ${planned} gone`, stackId);
  };
}
