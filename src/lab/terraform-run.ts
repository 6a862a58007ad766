import type { Cloud } from '../core/cloud.ts';
import { hourlyCost, hoursPerMonth } from '../core/cost.ts';
import type { Problem } from '../core/errors.ts';
import type { PlanEvent, PlannedResource } from '../core/events.ts';
import type { PinnedStack } from '../core/plan.ts';
import type { Terraform, TerraformCall, TerraformDiagnostic, TerraformMessage, TerraformOutcome } from '../core/terraform.ts';
import { withCost } from './price-stacks.ts';
import { diagnosticOf, type Run } from './run.ts';
import { backupsOf } from './state-backups.ts';
import type { SessionWork } from './session-work.ts';

export interface StackRunOptions extends SessionWork {
  readonly stackId: string;
  readonly cloud: Cloud;
  /** Reports how many of the planned steps are done. */
  readonly onProgress?: (done: number, planned: number) => void;
  /** Called once when the first resource is acted on: the plan is made. */
  readonly onPlanned?: (planned: PlannedResources) => void;
}

export interface PlannedResources {
  readonly resources: readonly PlannedResource[];
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
}

export interface StackOutcome extends TerraformOutcome {
  readonly planned: PlannedResources;
  /** The errors in labtui's words, the telling one first; empty when it went well. */
  readonly problems: readonly Problem[];
}

/**
 * Runs one terraform command of a stack: its messages become events, its errors problems with a hint, and the
 * state is kept in backups before it, after it, and whenever the file changes.
 */
export async function runTerraform(
  options: StackRunOptions,
  command: (call: TerraformCall, terraform: Terraform) => Promise<TerraformOutcome>,
): Promise<StackOutcome> {
  const { ports, run, book, stackId, cloud } = options;
  const translate = translator(options);
  const backups = await backupsOf(stackId, { ports, book });
  await backups.now();
  const watch = ports.sessions.watchState(book.record.id, stackId, () => backups.soon());
  let outcome: TerraformOutcome;
  try {
    outcome = await command(
      {
        directory: book.paths.stack(stackId),
        passEnvironment: cloud.environment,
        ownProvider: cloud.ownProvider,
        signal: run.signal,
        onMessage: (message) => translate.take(message),
      },
      ports.terraform,
    );
  } catch (error) {
    // What Terraform did until then is kept as well; why it failed is what the user needs to hear.
    await backups.now().catch(() => undefined);
    throw error;
  } finally {
    watch.close();
  }
  await backups.now();
  const problems = outcome.ok ? [] : problemsOf(outcome.errors, cloud);
  return { ...outcome, planned: translate.planned(), problems };
}

/** Reports a failed command's problems, each once. */
export function reportProblems(run: Run, stackId: string, problems: readonly Problem[]): void {
  for (const problem of problems) run.emit(diagnosticOf(problem), stackId);
}

function translator(options: StackRunOptions): {
  take(message: TerraformMessage): void;
  planned(): PlannedResources;
} {
  const { run, stackId } = options;
  const resources: PlannedResource[] = [];
  let summary = { add: 0, change: 0, destroy: 0 };
  let acting = false;
  let done = 0;
  const planned = (): PlannedResources => ({ resources: [...resources], ...summary });
  const take = (message: TerraformMessage): void => {
    switch (message.kind) {
      case 'planned':
        if (message.action !== 'noop' && message.action !== 'read') {
          resources.push({ address: message.address, type: message.type, action: message.action });
        }
        return;
      case 'summary':
        if (message.operation === 'plan') summary = { add: message.add, change: message.change, destroy: message.destroy };
        return;
      case 'resource':
        if (!acting) {
          acting = true;
          options.onPlanned?.(planned());
        }
        run.emit(
          {
            type: 'resource',
            address: message.address,
            action: message.action,
            status: message.status,
            id: message.id,
            elapsedMs: message.elapsedMs,
          },
          stackId,
        );
        if (message.status === 'complete') {
          done += 1;
          options.onProgress?.(done, steps(resources));
        }
        return;
      case 'diagnostic':
        if (message.severity === 'warning') {
          const level = message.summary.startsWith(mirrorNoise) ? 'debug' : 'warn';
          run.emit({ type: 'log', level, message: `${message.summary} ${message.detail}`.trim() }, stackId);
        }
        return;
      case 'log':
        // What Terraform tells of its own progress is for those who look for it.
        run.emit({ type: 'log', level: message.level === 'info' ? 'debug' : message.level, message: message.message }, stackId);
        return;
    }
  };
  return { take, planned };
}

/** What is replaced goes and comes. */
function steps(resources: readonly PlannedResource[]): number {
  return resources.reduce((sum, { action }) => sum + (action === 'replace' ? 2 : 1), 0);
}

/** Said of every provider that comes from a mirror; nothing is to be done about it. */
const mirrorNoise = 'Incomplete lock file information for providers';

/** What only says that Terraform stopped because it was asked to. */
const stopNoise = /^(execution halted|operation cancell?ed)/i;

function problemsOf(errors: readonly TerraformDiagnostic[], cloud: Cloud): readonly Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const error of errors) {
    if (stopNoise.test(error.summary) || seen.has(`${error.summary}\n${error.detail}`)) continue;
    seen.add(`${error.summary}\n${error.detail}`);
    const known = cloud.classify(`${error.summary}\n${error.detail}`);
    problems.push({
      ...(known ?? unknownProblem(error)),
      detail: known?.detail ?? `${error.summary}\n${error.detail}`.trim(),
      address: error.address ?? known?.address,
    });
  }
  // The provider's own word comes first: follow-up errors of other resources explain less.
  return problems.sort((a, b) => Number(a.code === undefined) - Number(b.code === undefined));
}

function unknownProblem(error: TerraformDiagnostic): Problem {
  return {
    kind: 'conflict',
    summary: error.summary.trim() === '' ? 'Terraform failed' : firstLine(error.summary),
    hint: 'the whole output is in the session: labtui events SESSION',
  };
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? text;
}

/** What a stack is to be and costs, as the plan event says it. */
export function planEventOf(stack: PinnedStack, planned: PlannedResources, ttlMs: number | null): PlanEvent {
  const { cost } = withCost(stack);
  const hourly = hourlyCost(cost);
  return {
    type: 'plan',
    add: planned.add,
    change: planned.change,
    destroy: planned.destroy,
    resources: planned.resources,
    hourlyCost: hourly === null ? null : round(hourly),
    costUntilTtl: hourly === null || ttlMs === null ? null : round((hourly * ttlMs) / 3_600_000),
    monthlyCost: hourly === null ? null : round(hourly * hoursPerMonth),
    costs: { machines: cost.machines, disks: cost.disks, addresses: cost.addresses },
    unknownCosts: cost.unknown,
    costIsUpperBound: cost.isUpperBound,
    currency: cost.currency,
    priceDate: cost.priceDate,
    priceRegion: cost.priceRegions.length === 0 ? null : cost.priceRegions.join(', '),
    target: {
      distro: `${stack.distro.name}@${stack.distro.version}`,
      arch: stack.arch,
      instanceType: stack.instanceType,
      vcpu: stack.vcpu,
      memoryGb: stack.memoryGb,
      region: stack.region,
      zone: stack.zone,
      imageId: stack.image.id,
      imageName: stack.image.name,
      count: stack.machines.length,
      diskGb: stack.disk.sizeGb,
      spot: stack.spot.enabled,
      allowFrom: stack.allowFrom,
    },
  };
}

function round(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}
