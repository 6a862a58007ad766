import type { LeftResource } from '../core/events.ts';
import { LabError } from '../core/errors.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { ConfiguredResource } from '../core/terraform.ts';
import type { LabPorts } from './ports.ts';
import type { SessionBook } from './session-book.ts';
import { soundState } from './state-guard.ts';
import { reportProblems, runTerraform } from './terraform-run.ts';
import type { SessionWork } from './session-work.ts';

interface Orphan {
  readonly found: LeftResource;
  readonly configured: ConfiguredResource;
}

/**
 * Takes into the state what an interrupted or failed apply created without getting to write it down: a resource in the
 * cloud's listing, with the session's tag, whose type and name this stack configures and its state lacks.
 * Without this a retry would create it twice and a destroy would leave it. What fits no configured resource is left alone.
 */
export async function adoptOrphans(
  stack: PinnedStack,
  context: SessionWork,
): Promise<void> {
  const { ports, run, book } = context;
  const orphans = await findOrphans(stack, context);
  for (const { found, configured } of orphans) {
    if (run.signal.aborted) return;
    run.emit({ type: 'log', level: 'warn', message: `${found.type} ${found.id} is not in the state; taking it in as ${configured.address}` }, stack.id);
    const outcome = await runTerraform({ ports, run, book, stackId: stack.id, cloud: ports.cloud(stack.cloud) }, (call, terraform) =>
      terraform.import({ ...call, address: configured.address, id: found.id }),
    );
    // What could not be taken in is still in the listing, and so in the receipt.
    reportProblems(run, stack.id, outcome.problems);
  }
}

async function findOrphans(
  stack: PinnedStack,
  context: SessionWork,
): Promise<readonly Orphan[]> {
  const { ports, run, book } = context;
  try {
    const state = await soundState(stack.id, context);
    const known = state.kind === 'ok' ? state.resources : [];
    const configured = await ports.terraform.configuration(book.paths.stack(stack.id));
    const missing = configured.filter(({ address }) => !known.some((resource) => resource.address === address));
    if (missing.length === 0) return [];
    const listed = await listedNow(stack, context);
    return listed
      .filter(({ id }) => !known.some((resource) => resource.id === id))
      .flatMap((found) => {
        const match = missing.filter(({ type, name }) => type === found.type && name !== null && name === found.name);
        return match.length === 1 && match[0] !== undefined ? [{ found, configured: match[0] }] : [];
      });
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    run.emit({ type: 'log', level: 'warn', message: `could not look for what the state lacks: ${error.message}` }, stack.id);
    return [];
  }
}

/** What the cloud lists of the session at this moment. Rejects with the cloud's LabError. */
export async function listedNow(stack: PinnedStack, { ports, book }: { readonly ports: LabPorts; readonly book: SessionBook }): Promise<readonly LeftResource[]> {
  const api = await ports.cloud(stack.cloud).loadApi?.({ region: stack.region, settings: stack.settings, account: stack.account, deadline: stack.cloudDeadline });
  if (api === undefined) return [];
  try {
    return await api.listBySession(book.record.id);
  } finally {
    api.close();
  }
}
