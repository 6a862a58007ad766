import type { Writable } from 'node:stream';
import { withLimit } from '../../core/with-limit.ts';
import type { Host } from '../../core/events.ts';
import { ConnectError } from '../../ssh/connect-error.ts';
import { runInterruptibly } from '../../ssh/exec.ts';
import { logCommand, logSources, type LogSource } from '../../ssh/guest-logs.ts';
import { connectionProblem, connectToHost } from '../../ssh/session-connection.ts';
import type { LabContext } from '../context.ts';
import { type HostChoice, requireAwake } from './machines.ts';

/** Where a log goes; `end`: it has said all. */
export interface LogStreams {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly end?: () => Promise<unknown>;
}

export interface LogReading {
  readonly choice: HostChoice;
  readonly host: Host;
  readonly jump: Host | undefined;
  /** undefined: each that there is. */
  readonly source: LogSource | undefined;
  /** Goes on as more is written, all sources at once, until the signal; else one after the other. */
  readonly follow: boolean;
  /** Seconds since 1970; null: all of this boot. */
  readonly sinceS: number | null;
  readonly streamsOf: (source: LogSource) => LogStreams;
}

/** Reads logs of a machine; the exit codes of what read them, by source. Rejects with a LabError without a connection. */
export async function readLogs({ signal, environment }: LabContext, { choice, host, jump, source, follow, sinceS, streamsOf }: LogReading): Promise<ReadonlyMap<LogSource, number>> {
  requireAwake(choice, host);
  const { record: session, paths } = choice;
  try {
    const connection = await connectToHost({ session, paths, host, jump, signal, environment });
    try {
      const read = async (one: LogSource): Promise<readonly [LogSource, number]> => {
        const { stdout, stderr, end } = streamsOf(one);
        try {
          return [one, await runInterruptibly(connection, logCommand(one, { follow, sinceS }), { stdin: null, stdout, stderr }, signal)];
        } finally {
          await end?.();
        }
      };
      return new Map(await withLimit(source === undefined ? logSources : [source], follow ? null : 1, read));
    } finally {
      connection.close();
    }
  } catch (error) {
    throw error instanceof ConnectError ? connectionProblem(error, host, session) : error;
  }
}
