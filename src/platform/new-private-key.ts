import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/**
 * A new private key. Not the generator's own object: Node 20 locks up where that is exported as a JWK while the garbage
 * collector takes its generator (both want the key's mutex, in one thread; seen as a process that hangs for ever).
 */
export function newPrivateKey(type: 'ed25519' | 'rsa'): KeyObject {
  const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;
  const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const;
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 3_072, publicKeyEncoding, privateKeyEncoding })
      : generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding });
  return createPrivateKey(privateKey);
}
