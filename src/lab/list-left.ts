import type { CloudApi } from '../core/cloud.ts';
import { LabError, type Problem } from '../core/errors.ts';
import type { LeftResource } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { deleteByApi, listingPatienceMs } from './delete-by-api.ts';
import { diagnosticOf, type Run } from './run.ts';
import type { SessionBook } from './session-book.ts';
import type { SessionWork } from './session-work.ts';

/** What the cloud's own listing proved of a stack. */
export interface ListingOutcome {
  readonly left: readonly LeftResource[];
  /** What no state knew, and the cloud's API has deleted. */
  readonly deleted: readonly LeftResource[];
  readonly problems: readonly Problem[];
  /** When it answered last, ISO time; null: it could not be asked. */
  readonly listedAt: string | null;
}

/** What a listing still shows so long after Terraform has ended is more than its own lag. */
const lagMs = 3_000;

/**
 * Asks the cloud what carries the session's tag, until nothing does or patience ends. What is `deletable` of it goes by the cloud's API,
 * once, and is looked for again.
 */
export async function listLeft(
  stack: PinnedStack,
  { ports, run, book }: SessionWork,
  { deletable, atOnce = false }: { readonly deletable: (listed: LeftResource) => boolean; readonly atOnce?: boolean },
): Promise<ListingOutcome> {
  let deleted: readonly LeftResource[] = [];
  let listedAt: string | null = null;
  try {
    const api = await ports.cloud(stack.cloud).loadApi?.({ region: stack.region, settings: stack.settings, account: stack.account, deadline: stack.cloudDeadline });
    if (api === undefined) return { left: [], deleted, problems: [], listedAt };
    try {
      let tried = false;
      let waitedMs = 0;
      for (let waitMs = 1_000; ; waitMs = Math.min(waitMs * 2, 10_000)) {
        const left = ofStack(await api.listBySession(book.record.id), stack, book);
        listedAt = ports.now().toISOString();
        const done = deleted.filter(({ id }) => !left.some((resource) => resource.id === id));
        if (left.length === 0 || waitedMs >= listingPatienceMs || run.signal.aborted) return { left, deleted: done, problems: [], listedAt };
        const strays = left.filter(deletable);
        if (!tried && (atOnce || waitedMs >= lagMs) && strays.length > 0 && api.deleteLeftovers !== undefined) {
          tried = true;
          deleted = strays;
          await deleteStrays(strays, { api, stack, run, known: atOnce });
          [waitMs, waitedMs] = [500, 0];
          continue;
        }
        await ports.sleep(waitMs, run.signal);
        waitedMs += waitMs;
      }
    } finally {
      api.close();
    }
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const problem: Problem = {
      ...error.problem,
      summary: `the cloud could not be asked what is left: ${error.problem.summary}`,
      hint: error.problem.hint ?? `then: labtui destroy ${book.record.id}`,
    };
    run.emit(diagnosticOf(problem), stack.id);
    return { left: [], deleted: [], problems: [problem], listedAt };
  }
}

interface Deletion {
  readonly api: CloudApi;
  readonly stack: PinnedStack;
  readonly run: Run;
  /** They may well be in the state, which was not asked. */
  readonly known: boolean;
}

async function deleteStrays(strays: readonly LeftResource[], { api, stack, run, known }: Deletion): Promise<void> {
  for (const { type, id } of strays) {
    const message = known ? `deleting ${type} ${id} by the cloud's API` : `${type} ${id} has this session's tag and is in no state; deleting it by the cloud's API`;
    run.emit({ type: 'log', level: known ? 'info' : 'warn', message }, stack.id);
  }
  await deleteByApi(strays, { api, run, stackId: stack.id });
}

/**
 * A listing without what another stack of the session owns, by name: two stacks may share a region, and each answers for its own.
 */
export function ofStack(listed: readonly LeftResource[], stack: PinnedStack, { record }: Pick<SessionBook, 'record'>): readonly LeftResource[] {
  const others = Object.values(record.stacks).filter(({ plan }) => plan.id !== stack.id);
  const names = new Set(others.flatMap(({ plan }) => plan.machines.map(({ name }) => name)));
  // What is no machine is called `<session>-<stack>`, with a number behind it where there is one for each machine.
  const ofOther = (name: string): boolean => names.has(name) || others.some(({ plan }) => new RegExp(`^${record.id}-${plan.id}(?:-\\d+)?$`).test(name));
  return listed.filter(({ name }) => name === null || !ofOther(name));
}
