import type { Duplex } from 'node:stream';
import { duplexPair } from './duplex-pair.ts';
import { findGuest, type GuestAddress } from './find-guest.ts';
import { serveFound } from './serve-guest.ts';

/**
 * A connection to a machine's SSH server within this process. Rejects with an error of code ECONNREFUSED where nothing
 * listens.
 */
export async function dialGuest(address: GuestAddress): Promise<Duplex> {
  const guest = await findGuest(address);
  const [client, server] = duplexPair();
  void serveFound(guest, server).catch((error: unknown) => {
    client.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return client;
}
