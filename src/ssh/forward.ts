import { createServer, type Server, type Socket } from 'node:net';
import { LabError } from '../core/errors.ts';
import { endpoint, type ForwardEvent, type PortMapping } from '../core/port-mapping.ts';
import type { Connection } from './connect.ts';
import { ConnectError } from './connect-error.ts';
import { pause } from './patience.ts';
import { connectionProblem, connectToHost, type HostConnectionRequest, refusalOf } from './session-connection.ts';

export interface ForwardRequest extends HostConnectionRequest {
  readonly mappings: readonly PortMapping[];
  readonly onEvent: (event: ForwardEvent) => void;
}

const firstPauseMs = 500;
const lastPauseMs = 10_000;

/**
 * Forwards ports of this computer's loopback through a machine until the signal is aborted, and connects again when the connection is
 * cut: ports stay open meanwhile, and who connects then waits. Rejects with a LabError where the first connection does not come about, a
 * port cannot be opened, or another machine answers later.
 */
export async function forwardPorts(request: ForwardRequest): Promise<void> {
  const { mappings, signal, onEvent, host, session } = request;
  let connection: Promise<Connection> = connectToHost(request);
  try {
    await connection;
    const servers: Server[] = [];
    const sockets = new Set<Socket>();
    try {
      for (const mapping of mappings) {
        const server = await listen(mapping, (socket) => {
          sockets.add(socket);
          socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
          void carry(socket, mapping);
        });
        servers.push(server);
        const address = server.address();
        onEvent({ kind: 'listening', mapping, port: typeof address === 'object' && address !== null ? address.port : mapping.port });
      }
      while (!signal.aborted) {
        const reason = await brokenOrAborted(await connection, signal);
        if (reason === null) return;
        onEvent({ kind: 'lost', reason });
        connection = reconnect();
        // Who waits for it hears of a failure from here.
        await connection;
        onEvent({ kind: 'connected-again' });
      }
    } finally {
      for (const server of servers) server.close();
      for (const socket of sockets) socket.destroy();
      (await connection.catch(() => null))?.close();
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof ConnectError ? connectionProblem(error, host, session) : error;
  }

  async function reconnect(): Promise<Connection> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, lastPauseMs)) {
      try {
        return await connectToHost(request);
      } catch (error) {
        if (signal.aborted || !(error instanceof ConnectError) || error.problem !== 'network') throw error;
        onEvent({ kind: 'not-yet', reason: error.message });
        await pause(pauseMs, signal);
      }
    }
  }

  async function carry(socket: Socket, mapping: PortMapping): Promise<void> {
    socket.pause();
    const way = await connection.catch(() => null);
    if (way === null || socket.destroyed) {
      socket.destroy();
      return;
    }
    try {
      way.client.forwardOut(socket.remoteAddress ?? '127.0.0.1', socket.remotePort ?? 0, mapping.host, mapping.hostPort, (error, channel) => {
        if (error !== undefined) {
          onEvent({ kind: 'refused', mapping, reason: refusalOf(error) });
          socket.destroy();
          return;
        }
        channel.on('error', () => socket.destroy());
        if (socket.destroyed) {
          // Who asked for it has gone meanwhile.
          channel.close();
          return;
        }
        channel.on('close', () => socket.end());
        socket.on('close', () => channel.close());
        socket.pipe(channel).pipe(socket);
      });
    } catch {
      // The connection ended between two events.
      socket.destroy();
    }
  }
}

function listen({ bind, port }: PortMapping, onSocket: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, onSocket);
    server.once('error', (error: NodeJS.ErrnoException) => reject(portProblem(endpoint(bind, port), error)));
    server.listen(port, bind, () => resolve(server));
  });
}

function portProblem(shown: string, error: NodeJS.ErrnoException): LabError {
  if (error.code === 'EADDRINUSE') return new LabError({ kind: 'conflict', summary: `${shown} is in use`, hint: 'another port, or 0 for a free one: labtui forward S 0:localhost:80' }, { cause: error });
  if (error.code === 'EACCES') return new LabError({ kind: 'permission', summary: `${shown}: ports below 1024 are for root`, hint: 'a higher one: labtui forward S 8080:localhost:80' }, { cause: error });
  return new LabError({ kind: 'conflict', summary: `${shown}: ${error.message}` }, { cause: error });
}

/** Why the connection broke; null: the signal was aborted. */
function brokenOrAborted(connection: Connection, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const settle = (reason: string | null) => {
      signal.removeEventListener('abort', onAbort);
      resolve(reason);
    };
    const onAbort = () => settle(null);
    const onClose = () => settle(connection.brokenBy() ?? 'the connection was closed');
    signal.addEventListener('abort', onAbort, { once: true });
    connection.client.once('close', onClose);
    if (signal.aborted) onAbort();
    else if (connection.brokenBy() !== null) onClose();
  });
}
