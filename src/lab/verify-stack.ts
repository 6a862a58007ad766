import type { StateResource } from '../core/cloud.ts';
import { LabError, type Problem } from '../core/errors.ts';
import type { LeftResource } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { listedNow } from './adopt-orphans.ts';
import { initIfNeeded } from './init-if-needed.ts';
import { knownTo } from './known-to-state.ts';
import { ofStack } from './list-left.ts';
import { placeOf } from './stack-teardown.ts';
import { runTerraform } from './terraform-run.ts';
import type { SessionWork } from './session-work.ts';
import type { Difference, StackVerdict } from './verdict.ts';

/** Holds one stack's state against its cloud: by Terraform's own plan, which changes nothing, and by the listing of its tag. */
export async function verifyStack(stack: PinnedStack, context: SessionWork): Promise<StackVerdict> {
  const { ports, run, book } = context;
  const clean: StackVerdict = { place: placeOf(stack, book, null), drifted: [], vanished: [], orphaned: [], problems: [] };
  const record = book.record.stacks[stack.id];
  if (record === undefined || record.applyStartedAt === null) return clean;
  if (record.goneAt !== null) return verifyArchivedStack(stack, context);
  const state = await ports.readState(book.paths.state(stack.id));
  if (state.kind === 'unreadable') {
    return { ...clean, problems: [{ kind: 'state', summary: `the state of ${stack.id} ${state.reason}`, hint: 'labtui state list SESSION   shows the versions that are kept' }] };
  }
  const resources = state.kind === 'ok' ? state.resources : [];
  run.phase('planning', 20, 'terraform plan, and what the cloud lists', stack.id);
  const [planned, listing] = await Promise.all([differences(stack, resources, context), list(stack, context)]);
  const isKnown = knownTo(resources, planned.configuredTypes);
  return {
    place: placeOf(stack, book, listing.listedAt),
    drifted: planned.drifted,
    vanished: planned.vanished,
    orphaned: listing.found.filter((resource) => !isKnown(resource)),
    problems: [...planned.problems, ...listing.problems],
  };
}

/** Of a stack that has ended: whether the cloud still lists anything of it. */
export async function verifyArchivedStack(stack: PinnedStack, context: SessionWork): Promise<StackVerdict> {
  const { book } = context;
  const record = book.record.stacks[stack.id];
  if (record === undefined || record.applyStartedAt === null) return { place: placeOf(stack, book, null), drifted: [], vanished: [], orphaned: [], problems: [] };
  const { found, listedAt, problems } = await list(stack, context);
  return { place: placeOf(stack, book, listedAt), drifted: [], vanished: [], orphaned: found, problems };
}

interface Differences {
  readonly drifted: readonly Difference[];
  readonly vanished: readonly Difference[];
  readonly configuredTypes: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/**
 * What Terraform would do about what the state knows: make again what has vanished, correct the rest. What is only configured (an apply
 * that did not finish) is no difference of the state.
 */
async function differences(stack: PinnedStack, known: readonly StateResource[], context: SessionWork): Promise<Differences> {
  const { ports, run, book } = context;
  const drifted: Difference[] = [];
  const vanished: Difference[] = [];
  try {
    const configuredTypes = new Set((await ports.terraform.configuration(book.paths.stack(stack.id))).map(({ type }) => type));
    const unprepared = known.length === 0 ? [] : await initIfNeeded(stack, context);
    if (known.length === 0 || unprepared.length > 0) return { drifted, vanished, configuredTypes, problems: unprepared };
    const outcome = await runTerraform({ ports, run, book, stackId: stack.id, cloud: ports.cloud(stack.cloud) }, (call, terraform) => terraform.plan({ ...call, planFile: null }));
    for (const { address, type, action } of outcome.ok ? outcome.planned.resources : []) {
      const inState = known.find((resource) => resource.address === address);
      if (inState !== undefined) (action === 'create' ? vanished : drifted).push({ address, type, id: inState.id, action });
    }
    return { drifted, vanished, configuredTypes, problems: outcome.problems };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { drifted, vanished, configuredTypes: new Set(), problems: [error.problem] };
  }
}

async function list(stack: PinnedStack, context: SessionWork): Promise<{ readonly found: readonly LeftResource[]; readonly listedAt: string | null; readonly problems: readonly Problem[] }> {
  try {
    const found = ofStack(await listedNow(stack, context), stack, context.book);
    return { found, listedAt: context.ports.now().toISOString(), problems: [] };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { found: [], listedAt: null, problems: [{ ...error.problem, summary: `the cloud could not be asked what there is: ${error.problem.summary}` }] };
  }
}
