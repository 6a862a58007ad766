import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type AuthContext, type Connection } from 'ssh2';
import { letIn } from './accounts.ts';
import { findGuest, type GuestAddress } from './find-guest.ts';
import type { Guest } from './guest.ts';
import { serveForwards } from './serve-forwards.ts';
import { serveSession, type Login } from './serve-session.ts';
import { watchMachine } from './watch-machine.ts';

export interface ServeGuestRequest extends GuestAddress {
  /** The client's end of the connection. */
  readonly stream: Duplex;
}

const { Server, utils } = ssh2;

/**
 * Serves a machine's SSH on a stream until the connection is over; the machine's end ends it too. Where nothing listens
 * (no such machine, not booted, stopped, another port) the stream is destroyed and the promise rejects with
 * ConnectionRefused.
 */
export async function serveGuest({ stream, ...address }: ServeGuestRequest): Promise<void> {
  let guest: Guest;
  try {
    guest = await findGuest(address);
  } catch (error) {
    stream.on('error', () => undefined).destroy(error instanceof Error ? error : undefined);
    throw error;
  }
  await serveFound(guest, stream);
}

/** The same for a machine that was just found. */
export async function serveFound(guest: Guest, stream: Duplex): Promise<void> {
  const hostKey = await guest.hostKey();
  await new Promise<void>((resolve) => {
    const server = new Server({ hostKeys: [hostKey.privateKeyPem], ident: 'OpenSSH_9.9 simulated-by-labtui' }, (connection) => {
      const { world, ref, machine } = guest;
      const stopWatching = watchMachine(world, { ref, bootedAtMs: machine.bootedAtMs, onDown: () => hangUp(connection, stream) });
      const login = authenticate(connection, guest);
      const hungUp = new AbortController();
      setMaxListeners(0, hungUp.signal);
      connection.on('session', (accept) => {
        const user = login();
        if (user !== null) serveSession(accept(), { guest, hostKey, login: user, hungUp: hungUp.signal });
      });
      serveForwards(connection, guest, { caller: guest.caller, serve: serveFound, isIn: () => login() !== null });
      // Most often: the other side is gone.
      connection.on('error', () => stream.destroy());
      connection.on('close', () => {
        stopWatching();
        hungUp.abort('HUP');
      });
    });
    stream.on('error', () => undefined);
    stream.once('close', () => resolve());
    if (servesAsSocket(stream)) server.injectSocket(stream);
    else stream.destroy();
  });
}

/** ssh2 uses nothing of a socket that another stream has not. */
function servesAsSocket(stream: Duplex): stream is Socket {
  return stream.readable && stream.writable;
}

function hangUp(connection: Connection, stream: Duplex): void {
  connection.end();
  setTimeout(() => stream.destroy(), 200).unref();
}

/** Public keys only; the function returned gives the login, once there is one. */
function authenticate(connection: Connection, guest: Guest): () => Login | null {
  let login: Login | null = null;
  connection.on('authentication', (context: AuthContext) => {
    if (context.method !== 'publickey') {
      context.reject(['publickey']);
      return;
    }
    const { username, key, signature, blob, hashAlgo } = context;
    const allowed = letIn(username, key.data, guest);
    if (allowed === null) {
      context.reject(['publickey']);
      return;
    }
    if (signature === undefined || blob === undefined) {
      context.accept();
      return;
    }
    const parsed = utils.parseKey(key.data);
    if (parsed instanceof Error || !parsed.verify(blob, signature, hashAlgo)) {
      context.reject(['publickey']);
      return;
    }
    login = { user: username, told: allowed.kind === 'told-off' ? allowed.user : null };
    context.accept();
  });
  return () => login;
}
