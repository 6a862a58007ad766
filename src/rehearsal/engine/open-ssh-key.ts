import { randomBytes } from 'node:crypto';
import { newPrivateKey } from '../../platform/new-private-key.ts';
import type { GuestHostKey } from './machine.ts';

const magic = Buffer.from('openssh-key-v1\0', 'latin1');

/** A new ED25519 host key, as a guest's `ssh-keygen` makes it (PROTOCOL.key of OpenSSH's source). */
export function makeGuestHostKey(): GuestHostKey {
  const jwk = newPrivateKey('ed25519').export({ format: 'jwk' });
  const publicPart = Buffer.from(jwk.x ?? '', 'base64url');
  const privatePart = Buffer.from(jwk.d ?? '', 'base64url');
  const publicBlob = Buffer.concat([string('ssh-ed25519'), string(publicPart)]);
  const check = randomBytes(4);
  const fields = [check, check, string('ssh-ed25519'), string(publicPart), string(Buffer.concat([privatePart, publicPart])), string('')];
  const secret = Buffer.concat(fields);
  const missing = (8 - (secret.length % 8)) % 8;
  const padding = Buffer.from(Array.from({ length: missing }, (_, index) => index + 1));
  const blob = Buffer.concat([
    magic,
    string('none'),
    string('none'),
    string(''),
    uint32(1),
    string(publicBlob),
    string(Buffer.concat([secret, padding])),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    privateKeyPem: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    publicKey: `ssh-ed25519 ${publicBlob.toString('base64')}`,
  };
}

/** The public half that an unencrypted OpenSSH private key carries: `ssh-ed25519 AAAA...`; null: it is none. */
export function publicHalf(privateKeyPem: string): string | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(privateKeyPem)?.[1];
  if (body === undefined) return null;
  const blob = Buffer.from(body, 'base64');
  if (!blob.subarray(0, magic.length).equals(magic)) return null;
  let at = magic.length;
  const next = (): Buffer => {
    const length = blob.readUInt32BE(at);
    at += 4 + length;
    return blob.subarray(at - length, at);
  };
  try {
    // Cipher, key derivation and its options come first.
    for (let field = 0; field < 3; field += 1) next();
    at += 4;
    const key = next();
    const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
    return /^[a-z0-9@.-]+$/.test(type) ? `${type} ${key.toString('base64')}` : null;
  } catch {
    return null;
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function string(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return Buffer.concat([uint32(bytes.length), bytes]);
}
