import { newPrivateKey } from '../platform/new-private-key.ts';
import { type OpenSshKeyPair, openSshKeyPair } from './key-format.ts';

/** A new login key pair: ED25519, or RSA of 3072 bits where a cloud or an old guest asks for it. */
export function makeLoginKey(type: 'ed25519' | 'rsa', comment: string): OpenSshKeyPair {
  return openSshKeyPair(newPrivateKey(type), comment);
}
