import process from 'node:process';
import { Duplex } from 'node:stream';
import type { World } from '../engine/world.ts';
import { ConnectionRefused } from './find-guest.ts';
import { serveGuest } from './serve-guest.ts';

/**
 * Serves a machine on standard input and output, as the ProxyCommand of OpenSSH or of labtui, until the connection is
 * over. Where nothing listens it says so on standard error and sets exit code 1. `user` is ssh's to say again.
 */
export async function runGuest({ world, address, port }: { world: World; address: string; port: number; user: string }): Promise<void> {
  const stream = Duplex.from({ readable: process.stdin, writable: process.stdout });
  try {
    await serveGuest({ world, address, port, stream, caller: { actor: 'client', run: null, session: null, stack: null } });
  } catch (error) {
    if (!(error instanceof ConnectionRefused)) throw error;
    process.stderr.write(`connect to ${address} port ${port}: Connection refused (simulated)\n`);
    process.exitCode = 1;
  } finally {
    // Otherwise a client that keeps its end open would keep this process.
    process.stdin.destroy();
  }
}
