import { overBudget } from '../core/budget.ts';
import { LabError } from '../core/errors.ts';
import type { LabPlan, PinnedStack } from '../core/plan.ts';
import { planLab } from '../core/plan-lab.ts';
import type { Profile } from '../core/profile.ts';
import { protectionOf } from '../core/protection.ts';
import { sessionSuffix, suffixLength } from '../core/session-id.ts';
import type { PreparedKey } from '../core/ssh.ts';
import { lookUp, type LookedUp } from './look-up.ts';
import type { LabPorts, RehearsalPort } from './ports.ts';
import { priceStacks, withCost } from './price-stacks.ts';
import { diagnosticOf, type Run } from './run.ts';

/** What the user asks for: a resolved profile and the limits of this run. */
export interface LabRequest {
  readonly profile: Profile;
  /** The text behind `userData`. */
  readonly userData: string | null;
  /** Refuse above this: US dollars per hour, disks and addresses included. */
  readonly maxHourly: number | null;
  readonly requireProtection: boolean;
}

export interface DescribedLab extends LookedUp {
  readonly plan: LabPlan;
  /** The login key: made, or found to be usable, before any cloud is asked. */
  readonly key: PreparedKey;
}

/**
 * Turns a request into a pinned plan: refusals that need no network first, then terraform and the clouds.
 * Creates nothing and leaves nothing.
 */
export async function describeLab(
  request: LabRequest,
  ports: LabPorts,
  run: Run,
  again?: { readonly id: string; readonly name: string },
): Promise<DescribedLab> {
  const planned = planLab(request.profile, {
    distros: ports.distros,
    factsOf: (id) => ports.cloud(id).facts,
    identity: again ?? { suffix: sessionSuffix(ports.randomBytes(suffixLength)) },
    now: ports.now(),
    owner: ports.owner,
    userData: request.userData,
  });
  const plan = ports.rehearsal === null ? planned : rehearsed(planned, ports.rehearsal);
  run.about(plan.id);
  for (const { stack, event } of plan.fallbacks) run.emit(event, stack);
  for (const problem of plan.warnings) run.emit(diagnosticOf(problem, 'warning'));
  const key = await ports.ssh.prepareKey(plan.ssh);
  const version = await ports.terraform.version();
  run.emit({ type: 'log', level: 'debug', message: `${version.product} ${version.version} (${version.binary})` });
  const found = await run.measure('lookup', () => lookUp(plan, ports, run));
  const stacks = priceStacks(found.stacks, ports);
  refuseTooDear(request, stacks);
  if (request.requireProtection && protectionOf(plan.expiresAt, stacks, (id) => ports.cloud(id).facts, await ports.sweeper()).by.length === 0) {
    throw new LabError({
      kind: 'prerequisite',
      summary: 'no layer would end this lab without you, and --require-protection asks for one',
      hint: 'set a TTL (ttl: 4h), and take an image with cloud-init',
    });
  }
  return { plan, ...found, stacks, key };
}

/** The same lab, its machines reached through the rehearsal and not over a network. */
function rehearsed(plan: LabPlan, { proxyCommand }: RehearsalPort): LabPlan {
  return { ...plan, ssh: { ...plan.ssh, proxyCommand } };
}

function refuseTooDear({ maxHourly }: LabRequest, stacks: readonly PinnedStack[]): void {
  const problem = maxHourly === null ? null : overBudget(stacks.map(withCost), maxHourly);
  if (problem !== null) throw new LabError(problem);
}
