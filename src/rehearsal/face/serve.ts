import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Caller } from '../engine/call.ts';
import { ConnectionLost, ProcessFault } from '../engine/cloud-error.ts';
import type { World } from '../engine/world.ts';
import type { Face, FaceContext, FaceRequest } from './face.ts';
import { BodyTooLarge, readRequest } from './read-request.ts';

export interface FaceServerOptions {
  readonly world: World;
  readonly faces: readonly Face[];
  /** In whose name the clients call. */
  readonly caller: Caller;
  /** Of this computer only. @default '127.0.0.1' */
  readonly host?: string;
  /** @default any free one */
  readonly port?: number;
  /** PEM; without it, plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Whether the process stays for the server's sake. @default false */
  readonly holdsProcess?: boolean;
}

export interface FaceServer {
  /** `http://127.0.0.1:41234` */
  readonly origin: string;
  close(): Promise<void>;
}

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * The HTTP APIs of the simulated clouds, all on one port of the loopback interface. Rejects when the port is taken, and
 * for an address that others could reach: nothing here asks who is calling.
 */
export async function serveFaces(options: FaceServerOptions): Promise<FaceServer> {
  const { host = '127.0.0.1', port = 0, tls, holdsProcess = false } = options;
  if (!loopback.has(host)) throw new Error(`simulated clouds listen on this computer only, not on ${host}`);
  const scheme = tls === undefined ? 'http' : 'https';
  const listener: RequestListener = (request, response) => {
    void readRequest(request, scheme)
      .then((read) => respond(read, options, response))
      .catch((error: unknown) => fail(error, response));
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  // A client that goes away in the middle is no event here.
  const drop = (_error: Error, socket: { destroy(): unknown }): void => void socket.destroy();
  server.on('clientError', drop);
  server.on('tlsClientError', drop);
  if (!holdsProcess) server.on('connection', (socket: Socket) => void socket.unref());
  await listening(server, host, port);
  if (!holdsProcess) server.unref();
  const name = host.includes(':') ? `[${host}]` : host;
  return { origin: `${scheme}://${name}:${portOf(server)}`, close: () => closed(server) };
}

async function respond(request: FaceRequest, { faces, world, caller }: FaceServerOptions, response: ServerResponse): Promise<void> {
  const context: FaceContext = { world, caller };
  const face = faces.find((each) => each.speaks(request));
  if (face === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`No simulated cloud answers ${request.method} ${request.path}.\n`);
    return;
  }
  const { status, headers, body } = await face.answer(request, context);
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function fail(error: unknown, response: ServerResponse): void {
  const isCut = error instanceof ConnectionLost || error instanceof ProcessFault;
  if (isCut || response.headersSent) {
    response.destroy();
    return;
  }
  const status = error instanceof BodyTooLarge ? 413 : 500;
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${error instanceof Error ? error.message : String(error)}\n`);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}
