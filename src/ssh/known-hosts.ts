import { readFile } from 'node:fs/promises';
import { writePrivateFile } from './private-file.ts';

/**
 * How a pinned key came to be known. `injected` went through Terraform and user data and is to be spent; `replaced` is
 * the one the guest made over an authenticated login; `guest-attributes` was published by the guest through its cloud.
 */
export type PinOrigin = 'injected' | 'replaced' | 'guest-attributes' | 'first-use';

/** One line of a session's known_hosts. Keyed by the machine's name (HostKeyAlias), so without address or port. */
export interface PinnedKey {
  readonly name: string;
  /** `ssh-ed25519 AAAA...` */
  readonly publicKey: string;
  readonly origin: PinOrigin;
}

/** A session's known_hosts. Changes to one file wait for each other: machines become ready at the same time. */
export interface KnownHosts {
  read(file: string, name: string): Promise<readonly PinnedKey[]>;
  /** Puts these keys in the place of all that the machine had. */
  pin(file: string, name: string, keys: readonly Omit<PinnedKey, 'name'>[]): Promise<void>;
}

export function openKnownHosts(): KnownHosts {
  const last = new Map<string, Promise<void>>();
  const oneByOne = (file: string, change: () => Promise<void>): Promise<void> => {
    const next = (last.get(file) ?? Promise.resolve()).then(change, change);
    last.set(file, next);
    return next;
  };
  return {
    read: async (file, name) => (await readAll(file)).filter((key) => key.name === name),
    pin: (file, name, keys) =>
      oneByOne(file, async () => {
        const others = (await readAll(file)).filter((key) => key.name !== name);
        await writePrivateFile(file, knownHostsText([...others, ...keys.map((key) => ({ name, ...key }))]));
      }),
  };
}

/** The text of a known_hosts file. */
export function knownHostsText(keys: readonly PinnedKey[]): string {
  return keys.map(({ name, publicKey, origin }) => `${name} ${publicKey} labtui:${origin}\n`).join('');
}

async function readAll(file: string): Promise<readonly PinnedKey[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    const [name, type, key, comment] = line.trim().split(/\s+/);
    if (name === undefined || type === undefined || key === undefined || name.startsWith('#')) return [];
    return [{ name, publicKey: `${type} ${key}`, origin: originOf(comment) }];
  });
}

/** A line that somebody else wrote counts as trusted for good. */
function originOf(comment: string | undefined): PinOrigin {
  const told = (['injected', 'guest-attributes', 'first-use'] as const).find((origin) => comment === `labtui:${origin}`);
  return told ?? 'replaced';
}
