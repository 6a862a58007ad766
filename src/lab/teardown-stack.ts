import type { LeftResource, ReceiptTypeCount } from '../core/events.ts';
import { LabError, type Problem } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { StateResource } from '../core/cloud.ts';
import { adoptOrphans, listedNow } from './adopt-orphans.ts';
import type { LabPorts } from './ports.ts';
import { diagnosticOf, type Run } from './run.ts';
import type { SessionBook } from './session-book.ts';
import { giveUpBrokenState, soundState } from './state-guard.ts';
import { reportProblems, runTerraform } from './terraform-run.ts';

export interface TeardownContext {
  readonly ports: LabPorts;
  readonly run: Run;
  readonly book: SessionBook;
}

/** What became of one stack. */
export interface StackTeardown {
  readonly byType: Readonly<Record<string, ReceiptTypeCount>>;
  readonly left: readonly LeftResource[];
  readonly verifiedBy: readonly ('state' | 'listing')[];
  readonly interrupted: boolean;
  /** Why something is left or unverified; already reported. */
  readonly problems: readonly Problem[];
}

/** A cloud's listing lags behind its own deletions; after this long what it shows counts as left. */
const listingPatienceMs = 60_000;
const retryDelayMs = 5_000;

/** Destroys one stack from its state, then asks the cloud itself what carries the session's tag. */
export async function teardownStack(stack: PinnedStack, context: TeardownContext): Promise<StackTeardown> {
  const { run, book } = context;
  if (book.record.stacks[stack.id]?.applyStartedAt === null) {
    // Terraform was never started here, so nothing can exist.
    return { byType: {}, left: [], verifiedBy: ['state'], interrupted: false, problems: [] };
  }
  const settled = book.record.stacks[stack.id]?.phase === 'ready';
  await book.updateStack(stack.id, (record) => ({ ...record, phase: 'destroying' }));
  if (!(await settleEarlier(stack, context))) {
    const resources = await resourcesNow(stack, context);
    const left = resources.map((resource) => leftInState(resource, stack));
    return { byType: count(resources, left), left, verifiedBy: ['state'], interrupted: true, problems: [] };
  }
  // A Terraform that was killed at its start leaves an empty state and nothing else; of a finished lab an empty one is no proof.
  const lost = await giveUpBrokenState(stack.id, context, async () => !settled || (await listsSomething(stack, context)));
  if ((lost || !settled) && (await initIfNeeded(stack, context, false)).length === 0) await adoptOrphans(stack, context);
  const before = await resourcesBefore(stack, context);
  const destroyed =
    before.resources.length === 0
      ? { interrupted: false, problems: before.problems }
      : await destroyWithRetry(stack, context);
  const after = before.problems.length > 0 ? before.resources : await resourcesNow(stack, context);
  const stateLeft = after.map((resource) => leftInState(resource, stack));
  if (destroyed.interrupted) {
    return { byType: count(before.resources, stateLeft), left: stateLeft, verifiedBy: ['state'], ...destroyed };
  }
  const listing = await listLeft(stack, context);
  const left = [...stateLeft, ...listing.left.filter(({ id }) => !stateLeft.some((known) => known.id === id))];
  const problems = [...destroyed.problems, ...listing.problems];
  const gone = left.length === 0 && problems.length === 0;
  await book.updateStack(stack.id, (record) => ({
    ...record,
    phase: gone ? 'destroyed' : 'failed',
    goneAt: gone ? context.ports.now().toISOString() : null,
  }));
  run.phase(gone ? 'destroyed' : 'failed', 100, gone ? 'nothing is left' : `${left.length} left`, stack.id);
  return {
    byType: count(before.resources, left),
    left,
    verifiedBy: listing.asked ? ['state', 'listing'] : ['state'],
    interrupted: false,
    problems,
  };
}

/** false where the cloud cannot be asked: the receipt's own listing then says why. */
async function listsSomething(stack: PinnedStack, context: TeardownContext): Promise<boolean> {
  try {
    return (await listedNow(stack, context)).length > 0;
  } catch (error) {
    if (error instanceof LabError) return false;
    throw error;
  }
}

/**
 * Waits for the Terraform of a labtui that was killed: it may still create things that no state and no listing has yet.
 * false: interrupted while it still runs.
 */
async function settleEarlier(stack: PinnedStack, context: TeardownContext): Promise<boolean> {
  const { ports, run, book } = context;
  return ports.terraform.settle({
    directory: book.paths.stack(stack.id),
    passEnvironment: [],
    signal: run.signal,
    onMessage: (message) => {
      if (message.kind === 'log') run.emit({ type: 'log', level: message.level, message: message.message }, stack.id);
    },
  });
}

async function resourcesBefore(
  stack: PinnedStack,
  context: TeardownContext,
): Promise<{ readonly resources: readonly StateResource[]; readonly problems: readonly Problem[] }> {
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

async function resourcesNow(stack: PinnedStack, { ports, book }: TeardownContext): Promise<readonly StateResource[]> {
  const state = await ports.readState(book.paths.state(stack.id));
  return state.kind === 'ok' ? state.resources : [];
}

async function destroyWithRetry(
  stack: PinnedStack,
  context: TeardownContext,
): Promise<{ readonly interrupted: boolean; readonly problems: readonly Problem[] }> {
  const { ports, run, book } = context;
  const options = { ports, run, book, stackId: stack.id, cloud: ports.cloud(stack.cloud) };
  let pluginsMissing = false;
  for (let attempt = 1; ; attempt += 1) {
    const initialized = await initIfNeeded(stack, context, pluginsMissing);
    if (initialized.length > 0) return { interrupted: run.signal.aborted, problems: initialized };
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
      reportProblems(run, stack.id, outcome.problems);
      return { interrupted: false, problems: outcome.problems };
    }
    run.emit(
      { type: 'log', level: 'warn', message: `destroy met ${outcome.problems[0]?.summary ?? 'an error'}; trying again` },
      stack.id,
    );
    await ports.sleep(retryDelayMs * attempt, run.signal);
  }
}

/** What Terraform says where the provider links of a directory lead nowhere: a moved mirror, a pruned cache. */
const pluginTrouble = /plugins? (?:are|is) not installed|could not load plugin|inconsistent dependency lock file/i;

/** The providers are still linked in the directory of a finished apply, so init is spared unless they are gone. */
async function initIfNeeded(
  stack: PinnedStack,
  { ports, run, book }: TeardownContext,
  force: boolean,
): Promise<readonly Problem[]> {
  const directory = book.paths.stack(stack.id);
  if (!force && ports.fileExists(`${directory}/.terraform/providers`) && ports.fileExists(`${directory}/.terraform.lock.hcl`)) return [];
  run.phase('initializing', 5, 'terraform init', stack.id);
  const outcome = await run.measure('init', () =>
    runTerraform({ ports, run, book, stackId: stack.id, cloud: ports.cloud(stack.cloud) }, (call, terraform) => terraform.init(call)),
  );
  reportProblems(run, stack.id, outcome.problems);
  return outcome.problems;
}

function progress(run: Run, stackId: string): (done: number, planned: number) => void {
  return (done, planned) => {
    const percent = planned === 0 ? 50 : 10 + Math.round((80 * done) / planned);
    run.phase('destroying', Math.min(percent, 90), `${done} of ${planned} gone`, stackId);
  };
}

async function listLeft(
  stack: PinnedStack,
  { ports, run, book }: TeardownContext,
): Promise<{ readonly left: readonly LeftResource[]; readonly problems: readonly Problem[]; readonly asked: boolean }> {
  const cloud = ports.cloud(stack.cloud);
  try {
    const api = await cloud.loadApi?.({ region: stack.region, settings: stack.settings, account: stack.account });
    if (api === undefined) return { left: [], problems: [], asked: false };
    try {
      let waitedMs = 0;
      for (let waitMs = 1_000; ; waitMs = Math.min(waitMs * 2, 10_000)) {
        const left = notOfOthers(await api.listBySession(book.record.id), stack, book);
        if (left.length === 0 || waitedMs >= listingPatienceMs || run.signal.aborted) return { left, problems: [], asked: true };
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
    return { left: [], problems: [problem], asked: false };
  }
}

/**
 * The listing without what another stack of the session owns, by name: two stacks may share a region, and each
 * answers for its own.
 */
function notOfOthers(listed: readonly LeftResource[], stack: PinnedStack, { record }: SessionBook): readonly LeftResource[] {
  const others = Object.values(record.stacks).filter(({ plan }) => plan.id !== stack.id);
  const names = new Set(others.flatMap(({ plan }) => plan.machines.map(({ name }) => name)));
  // What is no machine is called `<session>-<stack>`, with a number behind it where there is one for each machine.
  const ofOther = (name: string): boolean => names.has(name) || others.some(({ plan }) => new RegExp(`^${record.id}-${plan.id}(?:-\\d+)?$`).test(name));
  return listed.filter(({ name }) => name === null || !ofOther(name));
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

/** Per type: found in the state or by the listing, and how many of them are left. */
function count(
  found: readonly StateResource[],
  left: readonly LeftResource[],
): Readonly<Record<string, ReceiptTypeCount>> {
  const strays = left.filter(({ seenBy, id }) => seenBy === 'listing' && !found.some((resource) => resource.id === id));
  const types = new Set([...found, ...left].map(({ type }) => type));
  return Object.fromEntries(
    [...types].sort().map((type) => {
      const of = (list: readonly { readonly type: string }[]): number => list.filter((entry) => entry.type === type).length;
      const all = of(found) + of(strays);
      return [type, { found: all, deleted: all - of(left), left: of(left) }];
    }),
  );
}
