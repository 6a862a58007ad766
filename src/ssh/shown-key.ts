import type { ServerHostKeyAlgorithm } from 'ssh2';
import { ConnectError } from './connect-error.ts';
import { fingerprint } from './key-format.ts';

/** A key of one type may be shown under several algorithms. */
export function algorithmsOf(publicKey: string): readonly ServerHostKeyAlgorithm[] {
  const [type = ''] = publicKey.split(' ', 1);
  switch (type) {
    case 'ssh-ed25519':
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
      return [type];
    case 'ssh-rsa':
      return ['rsa-sha2-512', 'rsa-sha2-256'];
    default:
      return [];
  }
}

/** The line of a host key's bytes. */
export function publicKeyLine(key: Buffer | null): string {
  if (key === null) throw new Error('logged in without having seen a host key');
  const typeLength = key.readUInt32BE(0);
  return `${key.toString('latin1', 4, 4 + typeLength)} ${key.toString('base64')}`;
}

/** Another key than the pinned ones was shown. */
export function unexpectedKey(shown: Buffer | null, pinnedKeys: readonly string[]): ConnectError {
  const seen = shown === null ? 'another' : fingerprint(shown);
  return new ConnectError(
    'auth',
    'host-key',
    `the machine shows the host key ${seen}, not the pinned ${pinnedKeys.map(fingerprint).join(' or ')}`,
  );
}
