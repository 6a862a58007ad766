import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';

export interface ProbeLimits {
  readonly port: number;
  readonly probes: number;
  /** Over everything. */
  readonly timeoutMs: number;
}

/**
 * The best time of several TCP connections to a host, in ms, name look-up not counted; null where none came about in time.
 * Never rejects.
 */
export async function connectTime(host: string, { port, probes, timeoutMs }: ProbeLimits): Promise<number | null> {
  const endsAt = performance.now() + timeoutMs;
  const address = await addressOf(host, timeoutMs);
  if (address === null) return null;
  let best: number | null = null;
  for (let probe = 0; probe < probes; probe += 1) {
    const leftMs = endsAt - performance.now();
    if (leftMs <= 0) break;
    const time = await once(address, port, leftMs);
    if (time === null) break;
    best = Math.min(best ?? time, time);
  }
  return best;
}

/** Asked of the name servers directly: the system's own look-up does four names at a time. */
async function addressOf(host: string, timeoutMs: number): Promise<string | null> {
  if (/^[\d.]+$/.test(host)) return host;
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  const timer = setTimeout(() => resolver.cancel(), timeoutMs);
  try {
    return (await resolver.resolve4(host))[0] ?? null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function once(address: string, port: number, timeoutMs: number): Promise<number | null> {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const socket = connect({ host: address, port, noDelay: true });
    const done = (result: number | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => done(null), timeoutMs);
    socket.once('connect', () => done(performance.now() - startedMs));
    socket.once('error', () => done(null));
  });
}
