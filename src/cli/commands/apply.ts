import { existsSync } from 'node:fs';
import { formatDuration } from '../../core/duration.ts';
import type { FinalEvent } from '../../library/lab-run.ts';
import { apply as applyLab, plan as planLab, synth as synthLab } from '../../library/make.ts';
import type { LabOptions } from '../../library/options.ts';
import type { RehearsalOptions } from '../../library/rehearsal/with-ports.ts';
import { openSessions } from '../../library/sessions.ts';
import { approver, cannotAsk } from '../approval.ts';
import { around } from '../around.ts';
import type { CliContext } from '../context.ts';
import { flagFields, follow } from '../library-call.ts';
import { openReader } from '../readers/open-reader.ts';
import { renderStacks } from '../text/stacks.ts';

/** The options of every command that describes a lab; besides these, the overrides by their keys. */
export interface PlanOptions extends RehearsalOptions {
  readonly profile?: string;
  readonly maxHourly?: number;
  readonly requireProtection?: boolean;
  readonly timeout?: string;
  readonly [override: string]: unknown;
}

export interface ApplyOptions extends PlanOptions {
  readonly session?: string;
  readonly autoApprove?: boolean;
  readonly keepOnFailure?: boolean;
  readonly parallelism?: number;
  readonly waitFor?: readonly string[];
  readonly waitPort?: readonly number[];
}

/** `labtui apply`: makes a lab, or goes on with one. */
export async function apply(context: CliContext, options: ApplyOptions): Promise<number> {
  if (options.autoApprove !== true && (!context.interactive || context.settings.json)) throw cannotAsk();
  return create(context, options, true);
}

/** `labtui synth`: writes the session's Terraform and stops. */
export async function synth(context: CliContext, options: ApplyOptions): Promise<number> {
  return create(context, options, false);
}

async function create(context: CliContext, options: ApplyOptions, createMachines: boolean): Promise<number> {
  const reader = await openReader(context, { asks: createMachines && options.autoApprove !== true });
  try {
    const { session, parallelism, keepOnFailure, waitFor, waitPort, autoApprove } = options;
    const result = await follow(
      (createMachines ? applyLab : synthLab)({
        ...(await labOptions(context, options)),
        session,
        parallelism,
        keepOnFailure,
        waitFor,
        waitPort,
        approve: autoApprove === true ? undefined : approver(context, reader),
        onReadyOutput: context.err,
      }),
      reader,
    );
    reader.end();
    if (!context.settings.json) closingWords(context, result, createMachines);
    return result.exitCode;
  } finally {
    reader.end();
  }
}

/** `labtui plan`: what apply would do and cost, in a temporary directory. */
export async function plan(context: CliContext, options: PlanOptions): Promise<number> {
  const reader = await openReader(context);
  try {
    return (await follow(planLab(await labOptions(context, options)), reader)).exitCode;
  } finally {
    reader.end();
  }
}

async function labOptions(context: CliContext, options: PlanOptions): Promise<LabOptions> {
  const { profile, maxHourly, requireProtection, rehearse, fault, timeout } = options;
  return { ...around(context), ...(await flagFields(context, options)), profile, maxHourly, requireProtection, rehearse: rehearse === true, faults: fault, timeout };
}

function closingWords(context: CliContext, result: FinalEvent, createMachines: boolean): void {
  const { theme } = context;
  const { session } = result;
  if (session === null) return;
  if (result.ok && !createMachines) {
    context.out(`${session}\n`);
    context.err(`  written; look at it, then: labtui apply --session ${session}\n`);
    return;
  }
  if (result.ok) {
    context.out(`${theme.good(theme.glyphs.ready)} ready in ${formatDuration(result.durationMs)}   labtui ssh ${session}\n`);
    if (result.hosts.length > 1) context.out(`${result.hosts.map(({ name, publicIp }) => `  ${name}  ${publicIp ?? ''}`).join('\n')}\n`);
    context.err(`  end it with: labtui destroy ${session}\n`);
    return;
  }
  const kept = existsSync(openSessions(context).paths(session).root);
  const more = kept ? `  more:  labtui events ${session}\n` : '';
  context.err(`${theme.bad(theme.glyphs.failed)} failed after ${formatDuration(result.durationMs)} (exit ${result.exitCode})\n${renderStacks(result, theme)}${more}`);
}
