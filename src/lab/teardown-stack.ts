import type { StateResource } from '../core/cloud.ts';
import { LabError, type Problem } from '../core/errors.ts';
import type { LeftResource } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { adoptOrphans, listedNow } from './adopt-orphans.ts';
import { countTypes } from './count-types.ts';
import { destroyWithRetry } from './destroy-with-retry.ts';
import { initIfNeeded } from './init-if-needed.ts';
import { knownTo } from './known-to-state.ts';
import { type ListingOutcome, listLeft } from './list-left.ts';
import { diagnosticOf } from './run.ts';
import { neverApplied, placeOf, recordEnd, settleEarlier, type StackTeardown } from './stack-teardown.ts';
import { giveUpBrokenState, soundState } from './state-guard.ts';
import type { SessionWork } from './session-work.ts';

/**
 * Destroys one stack from its state, then asks the cloud itself what carries the session's tag; what no state knows of that goes by the
 * cloud's own API.
 */
export async function teardownStack(stack: PinnedStack, context: SessionWork): Promise<StackTeardown> {
  const { book } = context;
  const unlisted = placeOf(stack, book, null);
  if (book.record.stacks[stack.id]?.applyStartedAt === null) return neverApplied(stack, book);
  const settled = book.record.stacks[stack.id]?.phase === 'ready';
  await book.updateStack(stack.id, (record) => ({ ...record, phase: 'destroying' }));
  if (!(await settleEarlier(stack, context))) {
    const resources = await resourcesNow(stack, context);
    const left = resources.map((resource) => leftInState(resource, stack));
    return { byType: countTypes(resources, left), left, verifiedBy: ['state'], place: unlisted, interrupted: true, problems: [] };
  }
  // A Terraform that was killed at its start leaves an empty state and nothing else; of a finished lab an empty one is no proof.
  const lost = await giveUpBrokenState(stack.id, context, async () => !settled || (await listsSomething(stack, context)));
  if ((lost || !settled) && (await initIfNeeded(stack, context)).length === 0) await adoptOrphans(stack, context);
  const before = await resourcesBefore(stack, context);
  const ended = await endByTerraform(stack, before, context);
  const stateLeft = ended.resources.map((resource) => leftInState(resource, stack));
  if (ended.interrupted) {
    return { byType: countTypes(before.resources, stateLeft), left: stateLeft, verifiedBy: ['state'], place: unlisted, interrupted: true, problems: ended.problems };
  }
  const { listing } = ended;
  const left = [...stateLeft, ...listing.left.filter(({ id }) => !stateLeft.some((known) => known.id === id))];
  const problems = [...ended.problems, ...listing.problems];
  await recordEnd(stack, context, left, problems);
  return {
    byType: countTypes([...before.resources, ...ended.strays], left),
    left,
    verifiedBy: listing.listedAt === null ? ['state'] : ['state', 'listing'],
    place: placeOf(stack, book, listing.listedAt),
    interrupted: false,
    problems,
  };
}

interface Before {
  readonly resources: readonly StateResource[];
  readonly problems: readonly Problem[];
}

interface Ended {
  readonly interrupted: boolean;
  readonly problems: readonly Problem[];
  /** What the state still has. */
  readonly resources: readonly StateResource[];
  readonly listing: ListingOutcome;
  /** What no state knew and is gone. */
  readonly strays: readonly LeftResource[];
}

const unasked: ListingOutcome = { left: [], deleted: [], problems: [], listedAt: null };

/** Terraform's destroy, and what is left after it; once more where something that no state knew may have been in its way. */
async function endByTerraform(stack: PinnedStack, before: Before, context: SessionWork): Promise<Ended> {
  const { ports, run, book } = context;
  const types = new Set((await ports.terraform.configuration(book.paths.stack(stack.id)).catch(() => [])).map(({ type }) => type));
  let strays: readonly LeftResource[] = [];
  for (let round = 1; ; round += 1) {
    const destroyed = before.resources.length === 0 ? { interrupted: false, problems: before.problems } : await destroyWithRetry(stack, context);
    const resources = before.problems.length > 0 ? before.resources : await resourcesNow(stack, context);
    if (destroyed.interrupted) return { ...destroyed, resources, listing: unasked, strays };
    const isKnown = knownTo(resources, types);
    // What a broken state may have in it is not a stray.
    const deletable = (listed: LeftResource): boolean => before.problems.length === 0 && !isKnown(listed);
    const listing = await listLeft(stack, context, { deletable });
    strays = [...strays, ...listing.deleted];
    const again = round === 1 && listing.deleted.length > 0 && destroyed.problems.length > 0 && resources.length > 0 && !run.signal.aborted;
    if (!again) return { ...destroyed, resources, listing, strays };
    run.emit({ type: 'log', level: 'info', message: 'what may have been in the way is gone; destroying again' }, stack.id);
  }
}

/** false where the cloud cannot be asked: the receipt's own listing then says why. */
async function listsSomething(stack: PinnedStack, context: SessionWork): Promise<boolean> {
  try {
    return (await listedNow(stack, context)).length > 0;
  } catch (error) {
    if (error instanceof LabError) return false;
    throw error;
  }
}

async function resourcesBefore(stack: PinnedStack, context: SessionWork): Promise<Before> {
  try {
    const state = await soundState(stack.id, context);
    return { resources: state.kind === 'ok' ? state.resources : [], problems: [] };
  } catch (error) {
    // A broken state must not hide what exists: the listing still runs, and the problem stands.
    if (!(error instanceof LabError)) throw error;
    context.run.emit(diagnosticOf(error.problem), stack.id);
    return { resources: [], problems: [error.problem] };
  }
}

async function resourcesNow(stack: PinnedStack, { ports, book }: SessionWork): Promise<readonly StateResource[]> {
  const state = await ports.readState(book.paths.state(stack.id));
  return state.kind === 'ok' ? state.resources : [];
}

function leftInState(resource: StateResource, stack: PinnedStack): LeftResource {
  return {
    type: resource.type,
    id: resource.id ?? resource.address,
    name: resource.name,
    region: stack.region,
    seenBy: 'state',
  };
}
