import type { Problem } from '../core/errors.ts';
import type { LeftResource } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { countTypes } from './count-types.ts';
import { listLeft } from './list-left.ts';
import { diagnosticOf } from './run.ts';
import { neverApplied, placeOf, recordEnd, settleEarlier, type StackTeardown } from './stack-teardown.ts';
import type { SessionWork } from './session-work.ts';

/**
 * Ends one stack without Terraform: the cloud's own API deletes what it lists with the session's tag, and is asked again. The state is
 * no proof here; once nothing is listed any more it is put aside, kept with the backups.
 */
export async function teardownByListing(stack: PinnedStack, context: SessionWork): Promise<StackTeardown> {
  const { ports, run, book } = context;
  if (book.record.stacks[stack.id]?.applyStartedAt === null) return neverApplied(stack, book);
  await book.updateStack(stack.id, (record) => ({ ...record, phase: 'destroying' }));
  if (!(await settleEarlier(stack, context))) {
    return { ...neverApplied(stack, book), verifiedBy: [], interrupted: true };
  }
  const seen = new Map<string, LeftResource>();
  const everything = (listed: LeftResource): boolean => {
    seen.set(`${listed.type}/${listed.id}`, listed);
    return true;
  };
  const listing = await listLeft(stack, context, { deletable: everything, atOnce: true });
  const problems = [...listing.problems, ...cannotList(listing.listedAt, listing.problems, stack)];
  for (const problem of problems.slice(listing.problems.length)) run.emit(diagnosticOf(problem), stack.id);
  const interrupted = run.signal.aborted && listing.left.length > 0;
  if (!interrupted && problems.length === 0 && listing.left.length === 0) await putStateAside(stack, context);
  if (!interrupted) await recordEnd(stack, { ports, run, book }, listing.left, problems);
  return {
    byType: countTypes([...seen.values()], listing.left),
    left: listing.left,
    verifiedBy: listing.listedAt === null ? [] : ['listing'],
    place: placeOf(stack, book, listing.listedAt),
    interrupted,
    problems,
  };
}

function cannotList(listedAt: string | null, known: readonly Problem[], { id, cloud }: PinnedStack): readonly Problem[] {
  if (listedAt !== null || known.length > 0) return [];
  return [{ kind: 'prerequisite', summary: `${id}: labtui cannot delete on ${cloud} without Terraform`, hint: 'labtui doctor --install-terraform   then: labtui destroy SESSION' }];
}

/** Nothing of it exists any more: a Terraform that comes back is not to be told otherwise. */
async function putStateAside(stack: PinnedStack, { ports, run, book }: SessionWork): Promise<void> {
  if (!ports.fileExists(book.paths.state(stack.id))) return;
  const kept = await ports.sessions.setStateAside(book.record.id, stack.id);
  run.emit({ type: 'log', level: 'info', message: `the state is kept as backups/${stack.id}/${kept}` }, stack.id);
}
