import type { Duplex } from 'node:stream';
import type { Connection } from 'ssh2';
import type { Caller } from '../engine/call.ts';
import { duplexPair } from './duplex-pair.ts';
import { findGuest } from './find-guest.ts';
import type { Guest } from './guest.ts';

/** Serves the SSH of a guest on a stream. */
export type ServeStream = (guest: Guest, stream: Duplex) => Promise<void>;

/**
 * What a guest reaches for those who are logged in: its own SSH server on its loopback, and those of other guests. Nothing else listens in
 * this world, so the rest is refused.
 */
export function serveForwards(connection: Connection, guest: Guest, { caller, serve, isIn }: { readonly caller: Caller; readonly serve: ServeStream; readonly isIn: () => boolean }): void {
  connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
    void destination(guest, destIP, destPort, caller).then(
      (found) => {
        if (!isIn()) {
          reject();
          return;
        }
        const channel = accept();
        const [near, far] = duplexPair();
        channel.on('error', () => near.destroy()).on('close', () => near.destroy());
        near.on('error', () => undefined).on('close', () => channel.close());
        channel.pipe(near).pipe(channel);
        void serve(found, far).catch(() => near.destroy());
      },
      () => reject(),
    );
  });
}

async function destination(guest: Guest, address: string, port: number, caller: Caller): Promise<Guest> {
  const own = ['localhost', '127.0.0.1', '::1'].includes(address);
  return findGuest({ world: guest.world, ...(own ? { instanceId: guest.ref.id } : { address }), port, caller });
}
