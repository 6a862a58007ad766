import type { Writable } from 'node:stream';
import { withLimit } from '../../core/with-limit.ts';
import { exitCodes, LabError } from '../../core/errors.ts';
import type { Host } from '../../core/events.ts';
import type { LogSource } from '../../ssh/guest-logs.ts';
import { interruptedCode } from '../../ssh/interrupted-code.ts';
import { type HostChoice, jumpOf, oneHost } from '../../library/work/machines.ts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { endLines, jsonLines, lineStream, prefixed } from '../text/line-stream.ts';
import { renderProblem } from '../text/problem.ts';
import { timeOf } from '../time-of.ts';
import { headOf } from './exec.ts';
import { hostsOf } from './ssh.ts';

export interface LogsOptions {
  readonly host?: string;
  readonly all?: boolean;
  readonly jump?: string;
  readonly follow?: boolean;
  /** A duration back from now, or a date. */
  readonly since?: string;
  readonly source?: LogSource;
}

interface Reading {
  readonly choice: HostChoice;
  readonly host: Host;
  readonly options: LogsOptions;
  readonly sinceS: number | null;
}

const hostsAtOnce = 16;

/**
 * `labtui logs S [--follow]`: what cloud-init and the journal of a machine say. A log that it does not have is named; exit 3 where it has
 * none of those asked for, 5 where it could not be reached.
 */
export async function logs(context: CliContext, reference: string, options: LogsOptions): Promise<number> {
  if (options.all === true && options.host !== undefined) throw new UsageError('--all and --host exclude each other');
  const sinceMs = timeOf('--since', options.since, Date.now());
  const choice = await hostsOf(context, reference);
  const hosts = options.all === true ? choice.hosts : [oneHost(choice, options.host)];
  const sinceS = sinceMs === null ? null : Math.floor(sinceMs / 1_000);
  const codes = await withLimit(hosts, options.follow === true ? null : hostsAtOnce, async (host) => {
    try {
      return await readHost(context, { choice, host, options, sinceS });
    } catch (error) {
      if (!(error instanceof LabError) || options.all !== true) throw error;
      context.err(renderProblem(error.problem, context.theme));
      return exitCodes.failed;
    }
  });
  return context.signal.aborted ? interruptedCode(context.signal) : Math.max(exitCodes.done, ...codes);
}

async function readHost(context: CliContext, reading: Reading): Promise<number> {
  const { choice, host, options, sinceS } = reading;
  const [{ readLogs }, { logSources, noSuchLog }] = await Promise.all([import('../../library/work/logs.ts'), import('../../ssh/guest-logs.ts')]);
  const count = options.source === undefined ? logSources.length : 1;
  try {
    const codes = await readLogs(context, {
      choice,
      host,
      jump: jumpOf(choice, options.jump),
      source: options.source,
      follow: options.follow === true,
      sinceS,
      streamsOf: (source) => {
        const { stdout, stderr } = streamsOf(context, reading, source, count);
        return { stdout, stderr, end: () => Promise.all([endLines(stdout), endLines(stderr)]) };
      },
    });
    const ends = [...codes.values()];
    if (ends.every((code) => code === noSuchLog)) return exitCodes.invalidInput;
    return ends.some((code) => code !== 0 && code !== noSuchLog) ? exitCodes.failed : exitCodes.done;
  } catch (error) {
    if (context.signal.aborted) return interruptedCode(context.signal);
    throw error;
  }
}

/** Behind its machine's name where there are several, and its source's where both come mixed. */
function streamsOf(context: CliContext, { choice, host, options }: Reading, source: LogSource, sourceCount: number): { readonly stdout: Writable; readonly stderr: Writable } {
  const name = options.all === true ? `${host.name}: ` : '';
  const stderr = lineStream(context.stderr, (line) => `${context.theme.dim(`  ${name}${source}: ${line.toString('utf8')}`)}\n`);
  if (context.settings.json) return { stdout: jsonLines(context.stdout, () => ({ ...headOf(choice, host), type: 'output', source })), stderr };
  if (options.follow === true && sourceCount > 1) return { stdout: prefixed(context.stdout, `${name}${source}`), stderr };
  if (sourceCount > 1) context.err(context.theme.dim(`==> ${name}${source} <==\n`));
  return { stdout: options.all === true ? prefixed(context.stdout, host.name) : lineStream(context.stdout, (line) => Buffer.concat([line, Buffer.from('\n')])), stderr };
}
