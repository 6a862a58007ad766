import { withoutComment } from './key-format.ts';
import type { KnownHosts } from './known-hosts.ts';

export interface ExpectedHostKey {
  readonly name: string;
  /** Injected into the machine that is to come; null: it makes its own. */
  readonly publicKey: string | null;
  /** Whether the keys that are known of the machine stay beside it. */
  readonly former: 'keep' | 'forget';
}

/**
 * Writes down what a machine that is made anew will show first. With `forget` a machine that makes its own key has none then: it is
 * published by the guest or pinned at its first use.
 */
export async function expectHostKey(knownHosts: KnownHosts, file: string, { name, publicKey, former }: ExpectedHostKey): Promise<void> {
  const key = publicKey === null ? null : withoutComment(publicKey);
  const others = former === 'forget' ? [] : (await knownHosts.read(file, name)).filter((pin) => pin.publicKey !== key);
  await knownHosts.pin(file, name, [...others, ...(key === null ? [] : [{ publicKey: key, origin: 'injected' } as const])]);
}

/** Takes one key of a machine out again; the others stay. */
export async function forgetHostKey(knownHosts: KnownHosts, file: string, name: string, publicKey: string): Promise<void> {
  const pins = await knownHosts.read(file, name);
  await knownHosts.pin(file, name, pins.filter((pin) => pin.publicKey !== withoutComment(publicKey)));
}
