import type { Readable, Writable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { LabError } from '../core/errors.ts';
import type { Host } from '../core/events.ts';
import type { SessionPaths, SessionRecord } from '../core/session.ts';
import { runCommand, sendSignal } from './channel.ts';
import { type Connection, connectTo } from './connect.ts';
import { ConnectError } from './connect-error.ts';
import { openKnownHosts } from './known-hosts.ts';
import { credentialsOf, targetOf } from './login.ts';
import { remoteCommand } from './remote-command.ts';
import type { Dial } from './transport.ts';

export interface ExecRequest {
  readonly session: SessionRecord;
  readonly paths: SessionPaths;
  readonly host: Host;
  /** One argument goes to the remote shell as it is; several each reach the program as they are. */
  readonly command: readonly string[];
  /** null: the command reads nothing. Left open, like the others. */
  readonly stdin: Readable | null;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborting it sends the command SIGINT, or SIGTERM where that is the reason, and leaves it after 2 s. */
  readonly signal: AbortSignal;
  /** For the agent and the proxy command. */
  readonly environment: NodeJS.ProcessEnv;
  readonly dial?: Dial | undefined;
}

const connectTimeoutMs = 20_000;
const graceMs = 2_000;

/**
 * Runs a command on a machine and resolves to its exit code; 128 + n where a signal ended it, 130 or 143 where the
 * caller's own did. Rejects with a LabError of exit code 255 where there was no connection, or it broke.
 */
export async function execRemote(request: ExecRequest): Promise<number> {
  const { host, session, paths, signal, environment } = request;
  const target = targetOf(host, session, request.dial);
  const credentials = await credentialsOf(paths, session, environment);
  const pins = await openKnownHosts().read(paths.knownHosts, host.name);
  if (pins.length === 0) {
    throw new LabError(
      { kind: 'not-ready', summary: `no host key of ${host.name} is known yet`, hint: `labtui apply --session ${session.id}` },
      { exitCode: 255 },
    );
  }
  const pinnedKeys = pins.map(({ publicKey }) => publicKey);
  try {
    const connection = await connectTo({ target, credentials, pinnedKeys, timeoutMs: connectTimeoutMs, signal, environment });
    try {
      return await runInterruptibly(connection, request);
    } finally {
      connection.close();
    }
  } catch (error) {
    if (signal.aborted) return interruptedCode(signal);
    if (!(error instanceof ConnectError)) throw error;
    throw new LabError(
      { kind: 'network', summary: `${host.name}: ${error.message}`, hint: hintFor(error, host, session) },
      { cause: error, exitCode: 255 },
    );
  }
}

async function runInterruptibly(connection: Connection, request: ExecRequest): Promise<number> {
  const { command, signal } = request;
  let channel: ClientChannel | null = null;
  let grace: NodeJS.Timeout | undefined;
  const onAbort = () => {
    if (channel !== null) sendSignal(connection, channel, isTermination(signal) ? 'TERM' : 'INT');
    grace = setTimeout(() => connection.close(), graceMs);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await runCommand(connection, remoteCommand(command), request, (opened) => {
      channel = opened;
      if (signal.aborted) onAbort();
    });
  } finally {
    clearTimeout(grace);
    signal.removeEventListener('abort', onAbort);
  }
}

function interruptedCode(signal: AbortSignal): number {
  return isTermination(signal) ? 143 : 130;
}

function isTermination({ reason }: AbortSignal): boolean {
  return reason === 'SIGTERM' || (reason instanceof Error && reason.message.includes('SIGTERM'));
}

function hintFor(error: ConnectError, host: Host, session: SessionRecord): string {
  switch (error.problem) {
    case 'host-key':
      return 'this is not the machine that was set up, or its host key was changed there: do not go on before you know which';
    case 'permission':
      return `the key or the user ${host.user} was changed on the machine`;
    case 'network':
      return `labtui show ${session.id} --refresh`;
  }
}
