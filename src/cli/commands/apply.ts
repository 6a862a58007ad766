import { existsSync } from 'node:fs';
import type { ResultEvent } from '../../core/events.ts';
import { formatDuration } from '../../core/duration.ts';
import { applyLab } from '../../lab/apply.ts';
import { planOnly } from '../../lab/plan.ts';
import { approver, cannotAsk } from '../approval.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { changedSession, labRequest, type LabOptions } from '../lab-request.ts';
import { withTemporarySessions } from '../ports.ts';
import { isRehearsed, type RehearsalOptions, requireRehearsed, withPorts } from '../rehearsal/with-ports.ts';
import { openReader } from '../readers/open-reader.ts';
import { openSessions } from '../sessions.ts';
import { renderStacks } from '../text/stacks.ts';
import { timeoutOf } from '../timeout.ts';

export interface ApplyOptions extends LabOptions, RehearsalOptions {
  readonly session?: string;
  readonly autoApprove?: boolean;
  readonly keepOnFailure?: boolean;
  readonly timeout?: string;
  readonly parallelism?: number;
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
  if (options.session !== undefined && options.profile !== undefined) {
    throw new UsageError('--session and --profile exclude each other: a session has its profile in it');
  }
  const { session: reference } = options;
  const lab =
    reference === undefined
      ? await labRequest(context, options)
      : { session: reference, replan: await changedSession(context, reference, options) };
  const rehearsed = reference === undefined ? options.rehearse === true : await isRehearsedSession(context, reference, options);
  const reader = await openReader(context, { asks: createMachines && options.autoApprove !== true });
  const timeoutMs = timeoutOf(options.timeout);
  let session: string | null = null;
  try {
    const result = await withPorts(context, { rehearsed, options, approve: approver(context, reader) }, (ports) =>
      applyLab(
        {
          lab,
          autoApprove: options.autoApprove === true,
          parallelism: options.parallelism ?? null,
          create: createMachines,
          sink: (event) => {
            session = event.session;
            reader.take(event);
          },
          signal: context.signal,
          timeoutMs,
        },
        ports,
      ),
    );
    reader.end();
    if (!context.settings.json) closingWords(context, result, session, createMachines);
    return result.exitCode;
  } finally {
    reader.end();
  }
}

async function isRehearsedSession(context: CliContext, reference: string, options: RehearsalOptions): Promise<boolean> {
  const store = openSessions(context);
  const { id } = await store.resolve(reference, { archived: true });
  const rehearsed = await isRehearsed(store, id);
  requireRehearsed(id, rehearsed, options);
  return rehearsed;
}

/** `labtui plan`: what apply would do and cost, in a temporary directory. */
export async function plan(context: CliContext, options: LabOptions & RehearsalOptions & { readonly timeout?: string }): Promise<number> {
  const lab = await labRequest(context, options);
  const reader = await openReader(context);
  const timeoutMs = timeoutOf(options.timeout);
  try {
    const result = await withTemporarySessions((root) =>
      withPorts(context, { rehearsed: options.rehearse === true, options, approve: () => Promise.resolve(false), sessionsRoot: root }, (ports) =>
        planOnly({ lab, sink: (event) => reader.take(event), signal: context.signal, timeoutMs }, ports),
      ),
    );
    return result.exitCode;
  } finally {
    reader.end();
  }
}

function closingWords(context: CliContext, result: ResultEvent, session: string | null, createMachines: boolean): void {
  const { theme } = context;
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
