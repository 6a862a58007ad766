import type { CloudApi } from '../core/cloud.ts';
import { LabError, type Problem } from '../core/errors.ts';
import type { Host } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import { presentCost } from './cost-when-stopped.ts';
import { initIfNeeded } from './init-if-needed.ts';
import { soundState } from './state-guard.ts';
import { reportProblems, runTerraform } from './terraform-run.ts';
import { recordHosts } from './wait-ready.ts';
import type { SessionWork } from './session-work.ts';

export interface Refreshed {
  /** As they stand in the session now. */
  readonly hosts: readonly Host[];
  /** What went wrong, reported already; what was recorded then stays. */
  readonly problems: readonly Problem[];
}

/**
 * Brings a stack's state, its machines in the session and ssh/config to what its cloud has now; nothing in the cloud is changed. A
 * machine that is not there any more is `terminated` then. Rejects with a LabError of kind state where the state is beyond repair.
 */
export async function refreshStack(stack: PinnedStack, api: Pick<CloudApi, 'readPower'> | null, context: SessionWork): Promise<Refreshed> {
  const { ports, run, book } = context;
  const cloud = ports.cloud(stack.cloud);
  const recorded = (): readonly Host[] => book.record.stacks[stack.id]?.hosts ?? [];
  await soundState(stack.id, context);
  const unprepared = await initIfNeeded(stack, context);
  if (unprepared.length > 0) return { hosts: recorded(), problems: unprepared };
  const outcome = await run.measure('plan', () => runTerraform({ ports, run, book, stackId: stack.id, cloud }, (call, terraform) => terraform.refresh(call)));
  if (!outcome.ok) {
    if (!outcome.interrupted) reportProblems(run, stack.id, outcome.problems);
    return { hosts: recorded(), problems: outcome.interrupted ? [{ kind: 'not-ready', summary: 'interrupted' }] : outcome.problems };
  }
  const ids = recorded().flatMap(({ instanceId }) => instanceId ?? []);
  const power = ids.length === 0 ? undefined : await api?.readPower?.(ids);
  const hosts = await recordHosts(stack, context, { power, missing: 'terminated' });
  const hourly = presentCost(stack, hosts, cloud.facts);
  await book.updateStack(stack.id, ({ presentHourlyCost: _, ...record }) => (hourly === undefined ? record : { ...record, presentHourlyCost: hourly }));
  return { hosts, problems: [] };
}

/** Rejects with kind credentials where the present ones are another account's: there, everything of the stack would look gone. */
export async function requireSameAccount({ id, account, cloud }: PinnedStack, api: CloudApi, { ports }: Pick<SessionWork, 'ports'>): Promise<void> {
  if (account === null) return;
  const identity = await api.whoAmI();
  const present = identity.accountId ?? identity.account;
  if (present === account) return;
  throw new LabError({
    kind: 'credentials',
    summary: `the present credentials are those of the ${ports.cloud(cloud).facts.title} account ${present}, and ${id} is in ${account}`,
    hint: 'with the credentials that it was made with, the same again',
  });
}
