import type { Duplex } from 'node:stream';
import { LabError } from '../core/errors.ts';
import type { Host } from '../core/events.ts';
import type { SessionPaths, SessionRecord } from '../core/session.ts';
import { addressOf } from './config.ts';
import { type Connection, connectTo } from './connect.ts';
import { ConnectError } from './connect-error.ts';
import { openKnownHosts } from './known-hosts.ts';
import { credentialsOf, targetOf } from './login.ts';
import type { Dial } from './transport.ts';

/** Which machine of a session is meant, and how it is reached. */
export interface HostConnectionRequest {
  readonly session: SessionRecord;
  readonly paths: SessionPaths;
  readonly host: Host;
  /** Another machine of the session, through which this one is reached, by its private address where it has one. */
  readonly jump?: Host | undefined;
  readonly signal: AbortSignal;
  /** For the agent and the proxy command. */
  readonly environment: NodeJS.ProcessEnv;
  readonly dial?: Dial | undefined;
}

const connectTimeoutMs = 20_000;

/**
 * Logs in to a machine of a session, its pinned host key checked. Rejects with a ConnectError where nothing answers or it is another
 * machine, with a LabError where it cannot be tried: no address, no key, no pinned host key (exit code 255).
 */
export async function connectToHost(request: HostConnectionRequest): Promise<Connection> {
  const { host, jump } = request;
  if (jump === undefined || jump.name === host.name) return logIn(request);
  const way = await logIn({ ...request, host: jump }).catch((error: unknown) => {
    throw error instanceof ConnectError ? new ConnectError(error.stage, error.problem, `no way through ${jump.name}: ${error.message}`) : error;
  });
  try {
    const behind = { ...host, publicIp: host.privateIp ?? host.publicIp };
    const connection = await logIn({ ...request, host: behind, session: { ...request.session, ssh: { ...request.session.ssh, proxyCommand: null } }, dial: dialThrough(way) });
    return {
      ...connection,
      brokenBy: () => connection.brokenBy() ?? way.brokenBy(),
      close: () => {
        connection.close();
        way.close();
      },
    };
  } catch (error) {
    way.close();
    throw error;
  }
}

async function logIn({ session, paths, host, signal, environment, dial }: HostConnectionRequest): Promise<Connection> {
  const target = targetOf(host, session, dial);
  const credentials = await credentialsOf(paths, session, environment);
  const pins = await openKnownHosts().read(paths.knownHosts, host.name);
  if (pins.length === 0) {
    throw new LabError(
      { kind: 'not-ready', summary: `no host key of ${host.name} is known yet`, hint: `labtui apply --session ${session.id}` },
      { exitCode: 255 },
    );
  }
  const pinnedKeys = pins.map(({ publicKey }) => publicKey);
  return connectTo({ target, credentials, pinnedKeys, timeoutMs: connectTimeoutMs, signal, environment });
}

/** Reaches addresses from the machine at the other end of a connection. */
function dialThrough({ client }: Connection): Dial {
  return ({ address, port }) =>
    new Promise<Duplex>((resolve, reject) => {
      client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
        if (error === undefined) resolve(channel);
        else reject(new ConnectError('tcp', 'network', `${address}: ${refusalOf(error)}`));
      });
    });
}

/** What ssh2 says where the other side opens no channel: `(SSH) Channel open failure: Connection refused`. */
export function refusalOf(error: Error): string {
  return error.message.replace(/^\(SSH\) Channel open failure: ?/, '') || 'refused';
}

/** A connection that did not come about, or broke, as the user reads it. */
export function connectionProblem(error: ConnectError, host: Host, session: SessionRecord, exitCode?: number): LabError {
  return new LabError(
    { kind: 'network', summary: `${host.name}: ${error.message}`, hint: hintFor(error, host, session), retryable: error.problem === 'network' },
    { cause: error, ...(exitCode === undefined ? {} : { exitCode }) },
  );
}

function hintFor(error: ConnectError, host: Host, session: SessionRecord): string {
  switch (error.problem) {
    case 'host-key':
      return `this is not the machine that was set up, or its host key was changed there: do not go on before you know which. Its address (${addressOf(host) ?? 'none'}) may belong to somebody else by now; what the cloud says:\nlabtui verify ${session.id}`;
    case 'permission':
      return `the key or the user ${host.user} was changed on the machine`;
    case 'network':
      return `labtui show ${session.id} --refresh`;
  }
}
