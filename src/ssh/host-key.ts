import type { HostKey } from '../core/ssh.ts';
import { newPrivateKey } from '../platform/new-private-key.ts';
import { openSshKeyPair } from './key-format.ts';

/** A new ED25519 host key for one machine. It is spent after the first login: the guest then makes its own. */
export function makeHostKey(): HostKey {
  return openSshKeyPair(newPrivateKey('ed25519'), '');
}
