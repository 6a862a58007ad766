import ssh2, { type BaseAgent, type Client } from 'ssh2';
import { LabError } from '../core/errors.ts';
import { ConnectError, connectError, type ConnectStage } from './connect-error.ts';
import { keyBytes } from './key-format.ts';
import { algorithmsOf, publicKeyLine, unexpectedKey } from './shown-key.ts';
import { openTransport, type Target, type Transport } from './transport.ts';

/** What lets us in. */
export interface Credentials {
  readonly privateKeyPem: string | null;
  readonly agent: BaseAgent | null;
}

export interface ConnectRequest {
  readonly target: Target;
  readonly credentials: Credentials;
  /** Public host keys, one of which the machine must show; empty: any is accepted, for a first use that pins it. */
  readonly pinnedKeys: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** For the proxy command. */
  readonly environment: NodeJS.ProcessEnv;
  /** Called when the stage begins. */
  readonly onStage?: (stage: ConnectStage) => void;
}

export interface Connection {
  readonly client: Client;
  /** The host key that the machine proved to have: `ssh-ed25519 AAAA...` */
  readonly hostKey: string;
  /** Why it broke; null while it holds, or when it was closed on purpose. */
  readonly brokenBy: () => string | null;
  /** Ends it at once. Harmless when it is ended. */
  close(): void;
}

/** Attempts to reach a port and to log in over it are bounded separately: a firewall that drops answers costs little. */
const tcpTimeoutMs = 8_000;

/**
 * Logs in to a machine. The host key is always checked. Keepalives end a dead connection within 40 s. Rejects with a
 * ConnectError naming the stage, also when it is aborted; with a LabError where the proxy command cannot work.
 */
export async function connectTo(request: ConnectRequest): Promise<Connection> {
  let stage: ConnectStage = 'tcp';
  const enter = (next: ConnectStage) => {
    stage = next;
    request.onStage?.(next);
  };
  enter('tcp');
  const transport = await openTransport(request.target, {
    timeoutMs: Math.min(tcpTimeoutMs, request.timeoutMs),
    signal: request.signal,
    environment: request.environment,
  }).catch((error: unknown) => {
    throw error instanceof LabError ? error : connectError('tcp', error);
  });
  enter('banner');
  try {
    return await logIn(request, transport, () => stage, enter);
  } catch (error) {
    const failure = connectError(stage, error);
    const complaint = failure.problem === 'network' && !request.signal.aborted ? await transport.complaint() : null;
    transport.close();
    throw complaint === null ? failure : new ConnectError(failure.stage, 'network', complaint);
  }
}

function logIn(
  { target, credentials, pinnedKeys, timeoutMs, signal }: ConnectRequest,
  transport: Transport,
  stageNow: () => ConnectStage,
  enter: (stage: ConnectStage) => void,
): Promise<Connection> {
  const client = new ssh2.Client();
  const pinned = pinnedKeys.map(keyBytes);
  let shown: Buffer | null = null;
  let broken: string | null = null;
  let onPurpose = false;
  let onAbort: () => void;
  return new Promise<Connection>((resolve, reject) => {
    onAbort = () => reject(new ConnectError(stageNow(), 'network', 'interrupted'));
    signal.addEventListener('abort', onAbort, { once: true });
    client.on('error', (error: Error) => {
      broken ??= onPurpose ? null : connectError(stageNow(), error).message;
      const mismatch = shown !== null && pinned.length > 0 && !pinned.some((key) => key.equals(shown ?? Buffer.of()));
      reject(mismatch ? unexpectedKey(shown, pinnedKeys) : error);
    });
    client.on('close', () => {
      broken ??= onPurpose ? null : 'the connection was closed';
      reject(new ConnectError(stageNow(), 'network', 'the connection was closed'));
    });
    client.on('ready', () => {
      resolve({
        client,
        hostKey: publicKeyLine(shown),
        brokenBy: () => broken,
        close: () => {
          onPurpose = true;
          client.end();
          transport.close();
        },
      });
    });
    client.connect({
      sock: transport.stream,
      username: target.user,
      ...(credentials.privateKeyPem === null ? {} : { privateKey: credentials.privateKeyPem }),
      ...(credentials.agent === null ? {} : { agent: credentials.agent }),
      ...(pinnedKeys.length === 0 ? {} : { algorithms: { serverHostKey: [...new Set(pinnedKeys.flatMap(algorithmsOf))] } }),
      hostVerifier: (key: Buffer) => {
        shown = Buffer.from(key);
        return pinned.length === 0 || pinned.some((expected) => expected.equals(key));
      },
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
      readyTimeout: timeoutMs,
    });
    transport.stream.once('data', () => enter('auth'));
  }).finally(() => signal.removeEventListener('abort', onAbort));
}
