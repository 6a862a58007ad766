import type { WorldView } from '../../engine/world.ts';
import { text } from './fields.ts';
import { addressText, parseRange } from './ip-range.ts';

// Half of a range that is set aside for tests (RFC 2544): a simulated address is nobody's.
const pool = parseRange('198.19.0.0/17') ?? { first: 0, last: 0, prefix: 32 };

/** A public address that nobody in this world has. `seed`: hex digits that the world never gave before. */
export function newPublicAddress(view: WorldView, seed: string): string {
  const taken = new Set<string>();
  for (const instance of view.list('gcp', 'instance')) for (const ip of [instance.machine?.publicIp, instance.machine?.withheldIp]) if (ip != null) taken.add(ip);
  for (const address of view.list('gcp', 'address')) taken.add(text(address.props, 'address') ?? '');
  const size = pool.last - pool.first - 1;
  const start = Number.parseInt(seed, 16) % size;
  for (let step = 0; step < size; step += 1) {
    const candidate = addressText(pool.first + 1 + ((start + step) % size));
    if (!taken.has(candidate)) return candidate;
  }
  throw new Error('the simulated public addresses are used up');
}
