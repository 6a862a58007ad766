import { exitCodes, LabError } from '../../core/errors.ts';
import type { Host } from '../../core/events.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { prefixed } from '../text/prefixed.ts';
import { renderProblem } from '../text/problem.ts';
import { hostsOf, type HostChoice, oneHost } from './ssh.ts';

export interface ExecOptions {
  readonly host?: string;
  readonly all?: boolean;
}

const connectionFailed = 255;

/** `labtui exec S -- CMD...`: runs a command through ssh2; resolves to the remote exit code, 255 where no connection came about. */
export async function exec(context: CliContext, reference: string, command: readonly string[], options: ExecOptions): Promise<number> {
  if (command.length === 0) throw new UsageError('what is to be run?', `labtui exec ${reference} -- uname -a`);
  const choice = await hostsOf(context, reference);
  if (options.all !== true) return runOn(context, choice, oneHost(choice, options.host), command, null);
  const codes = await Promise.all(choice.hosts.map((host) => runOn(context, choice, host, command, host.name)));
  return Math.max(exitCodes.done, ...codes);
}

async function runOn(context: CliContext, choice: HostChoice, host: Host, command: readonly string[], prefix: string | null): Promise<number> {
  const { execRemote } = await import('../../ssh/exec.ts');
  try {
    return await execRemote({
      session: choice.record,
      paths: choice.paths,
      host,
      command,
      stdin: prefix === null ? context.stdin : null,
      stdout: prefix === null ? context.stdout : prefixed(context.stdout, prefix),
      stderr: prefix === null ? context.stderr : prefixed(context.stderr, prefix),
      signal: context.signal,
      environment: context.environment,
    });
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    context.err(renderProblem(error.problem, context.theme));
    return connectionFailed;
  }
}
