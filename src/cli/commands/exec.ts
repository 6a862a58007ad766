import type { Writable } from 'node:stream';
import { withLimit } from '../../core/with-limit.ts';
import { exitCodes, LabError } from '../../core/errors.ts';
import type { Host } from '../../core/events.ts';
import { type HostChoice, jumpOf, oneHost, requireAwake } from '../../library/work/machines.ts';
import type { WithinTime } from '../../library/within-time.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { endLines, jsonLines, prefixed } from '../text/line-stream.ts';
import { renderProblem } from '../text/problem.ts';
import { timeoutOf } from '../timeout.ts';
import { hostsOf } from './ssh.ts';

export interface ExecOptions {
  readonly host?: string;
  readonly all?: boolean;
  readonly parallelism?: number;
  readonly timeout?: string;
  readonly jump?: string;
}

interface Ran {
  readonly name: string;
  readonly exitCode: number;
}

const connectionFailed = 255;
/** Connections at the same time: a login is mostly waiting. */
const usualParallelism = 32;

/**
 * `labtui exec S -- CMD...`: runs a command through ssh2; resolves to the remote exit code, 255 where no connection came about or it broke,
 * 124 where `--timeout` ended it. With `--all` on every machine, and to the worst code.
 */
export async function exec(context: CliContext, reference: string, command: readonly string[], options: ExecOptions): Promise<number> {
  if (command.length === 0) throw new UsageError('what is to be run?', `labtui exec ${reference} -- uname -a`);
  if (options.all === true && options.host !== undefined) throw new UsageError('--all and --host exclude each other');
  const startedMs = Date.now();
  const timeoutMs = timeoutOf(options.timeout);
  const choice = await hostsOf(context, reference);
  const hosts = options.all === true ? choice.hosts : [oneHost(choice, options.host)];
  for (const host of hosts) requireAwake(choice, host);
  const jump = jumpOf(choice, options.jump);
  const ran = await withLimit(hosts, options.parallelism ?? usualParallelism, async (host): Promise<Ran> => {
    const run = await runOn(context, { choice, host, jump, command, timeoutMs, several: options.all === true });
    if (run.timedOut) context.err(`${host.name}: ended, the time of --timeout (${options.timeout ?? ''}) is over\n`);
    const exitCode = run.timedOut ? exitCodes.timedOut : run.value;
    if (context.settings.json) context.out(`${JSON.stringify({ ...headOf(choice, host), type: 'exit', exitCode })}\n`);
    return { name: host.name, exitCode };
  });
  const worst = Math.max(exitCodes.done, ...ran.map(({ exitCode }) => exitCode));
  if (context.settings.json) {
    const { id: session } = choice.record;
    context.out(`${JSON.stringify({ v: 1, time: new Date().toISOString(), session, stack: null, type: 'result', ok: worst === 0, exitCode: worst, hosts: ran, durationMs: Date.now() - startedMs })}\n`);
  } else if (ran.length > 1 && worst !== 0 && !context.settings.quiet) context.err(`  ${failedOnes(ran)}\n`);
  return worst;
}

interface OneRun {
  readonly choice: HostChoice;
  readonly host: Host;
  readonly jump: Host | undefined;
  readonly command: readonly string[];
  readonly timeoutMs: number | null;
  /** One of all: it reads nothing, and its lines carry its name. */
  readonly several: boolean;
}

async function runOn(context: CliContext, { several, ...execution }: OneRun): Promise<WithinTime<number>> {
  const { execOn } = await import('../../library/work/reach.ts');
  const { choice, host } = execution;
  const { json } = context.settings;
  const lines = json || several;
  const stdout = lines ? linesOf(context, choice, host, 'stdout') : context.stdout;
  const stderr = lines ? linesOf(context, choice, host, 'stderr') : context.stderr;
  try {
    return await execOn(context, { ...execution, stdin: several ? null : context.stdin, stdout, stderr });
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    if (json) context.out(`${JSON.stringify({ ...headOf(choice, host), type: 'diagnostic', severity: 'error', ...error.problem })}\n`);
    else context.err(renderProblem(error.problem, context.theme));
    return { timedOut: false, value: connectionFailed };
  } finally {
    if (lines) await Promise.all([stdout, stderr].map((stream) => endLines(stream)));
  }
}

function linesOf(context: CliContext, choice: HostChoice, host: Host, stream: 'stdout' | 'stderr'): Writable {
  if (context.settings.json) return jsonLines(context.stdout, () => ({ ...headOf(choice, host), type: 'output', stream }));
  return prefixed(context[stream], host.name);
}

/** What every line of JSON about a machine begins with. */
export function headOf({ record }: Pick<HostChoice, 'record'>, host: Host): object {
  const stack = Object.entries(record.stacks).find(([, { hosts }]) => hosts.includes(host))?.[0] ?? null;
  return { v: 1, time: new Date().toISOString(), session: record.id, stack, host: host.name };
}

function failedOnes(ran: readonly Ran[]): string {
  const failed = ran.filter(({ exitCode }) => exitCode !== 0);
  return `${failed.length} of ${ran.length} machines failed: ${failed.map(({ name, exitCode }) => `${name} (${exitCode})`).join(', ')}`;
}
