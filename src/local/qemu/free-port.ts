import { createServer } from 'node:net';

/** A TCP port of the loopback interface that is free now: the preferred one where it is. Somebody may be faster: whoever binds it finds out. */
export async function freePort(preferred: number | null = null): Promise<number> {
  if (preferred !== null) {
    const port = await bindable(preferred).catch(() => null);
    if (port !== null) return port;
  }
  return bindable(0);
}

function bindable(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address === null || typeof address === 'string' ? reject(new Error('no port')) : resolve(address.port)));
    });
  });
}
