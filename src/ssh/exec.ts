import type { ClientChannel } from 'ssh2';
import { type ChannelStreams, runCommand, sendSignal } from './channel.ts';
import type { Connection } from './connect.ts';
import { ConnectError } from './connect-error.ts';
import { interruptedCode, isInterrupt } from './interrupted-code.ts';
import { remoteCommand } from './remote-command.ts';
import { connectionProblem, connectToHost, type HostConnectionRequest } from './session-connection.ts';

/** `stdin` null: the command reads nothing; the streams are left open. `signal`: as for runInterruptibly. */
export interface ExecRequest extends HostConnectionRequest, ChannelStreams {
  /** One argument goes to the remote shell as it is; several each reach the program as they are. */
  readonly command: readonly string[];
}

const graceMs = 2_000;

/**
 * Runs a command on a machine and resolves to its exit code; 128 + n where a signal ended it, 130 or 143 where the
 * caller's own did. Rejects with a LabError of exit code 255 where there was no connection, or it broke.
 */
export async function execRemote(request: ExecRequest): Promise<number> {
  const { host, session, signal } = request;
  try {
    const connection = await connectToHost(request);
    try {
      return await runInterruptibly(connection, remoteCommand(request.command), request, signal);
    } finally {
      connection.close();
    }
  } catch (error) {
    if (signal.aborted) return interruptedCode(signal);
    throw error instanceof ConnectError ? connectionProblem(error, host, session, 255) : error;
  }
}

/** The same over a connection that stands. Aborting the signal sends the command SIGINT, or SIGTERM where that is not its reason, and leaves it after 2 s. */
export async function runInterruptibly(connection: Connection, command: string, streams: ChannelStreams, signal: AbortSignal): Promise<number> {
  let channel: ClientChannel | null = null;
  let grace: NodeJS.Timeout | undefined;
  const onAbort = () => {
    if (channel !== null) sendSignal(connection, channel, isInterrupt(signal) ? 'INT' : 'TERM');
    grace = setTimeout(() => connection.close(), graceMs);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await runCommand(connection, command, streams, (opened) => {
      channel = opened;
      if (signal.aborted) onAbort();
    });
  } finally {
    clearTimeout(grace);
    signal.removeEventListener('abort', onAbort);
  }
}
