import { createHash, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';

/**
 * An OpenSSH key pair from one of node:crypto's. ssh2's own generator makes an unusable ED25519 key in 0.4 % of its
 * calls (it strips leading zeros: mscdex/ssh2 issue 1513), so the encoding is done here.
 */
export interface OpenSshKeyPair {
  /** `-----BEGIN OPENSSH PRIVATE KEY-----`, unencrypted, ends with a newline. */
  readonly privateKeyPem: string;
  /** `ssh-ed25519 AAAA... comment`, one line without its end. */
  readonly publicKey: string;
}

/**
 * Encodes an ED25519 or RSA private key as OpenSSH does (PROTOCOL.key of its source). Throws for any other type.
 */
export function openSshKeyPair(key: KeyObject, comment: string): OpenSshKeyPair {
  const { type, publicBlob, privateFields } = partsOf(key);
  const check = randomBytes(4);
  const secret = padded(Buffer.concat([check, check, string(type), ...privateFields, string(comment)]));
  const blob = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    string('none'),
    string('none'),
    string(''),
    uint32(1),
    string(publicBlob),
    string(secret),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    privateKeyPem: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    publicKey: `${type} ${publicBlob.toString('base64')}${comment === '' ? '' : ` ${comment}`}`,
  };
}

/** `SHA256:...` as ssh-keygen prints it, of a public key line (`ssh-ed25519 AAAA...`) or of the key's bytes. */
export function fingerprint(publicKey: string | Buffer): string {
  const digest = createHash('sha256').update(typeof publicKey === 'string' ? keyBytes(publicKey) : publicKey);
  return `SHA256:${digest.digest('base64').replace(/=+$/, '')}`;
}

/** The bytes of a public key line's second word. */
export function keyBytes(publicKey: string): Buffer {
  return Buffer.from(publicKey.trim().split(/\s+/)[1] ?? '', 'base64');
}

/** Type and key of a public key line, without its comment. */
export function withoutComment(publicKey: string): string {
  return publicKey.trim().split(/\s+/).slice(0, 2).join(' ');
}

function partsOf(key: KeyObject): { type: string; publicBlob: Buffer; privateFields: readonly Buffer[] } {
  const jwk = key.export({ format: 'jwk' });
  const field = (name: 'x' | 'd' | 'n' | 'e' | 'p' | 'q' | 'qi'): Buffer => {
    const value = jwk[name];
    if (typeof value !== 'string') throw new Error(`a private key without its part ${name}`);
    return Buffer.from(value, 'base64url');
  };
  if (key.asymmetricKeyType === 'ed25519') {
    const publicPart = field('x');
    const type = 'ssh-ed25519';
    return {
      type,
      publicBlob: Buffer.concat([string(type), string(publicPart)]),
      privateFields: [string(publicPart), string(Buffer.concat([field('d'), publicPart]))],
    };
  }
  if (key.asymmetricKeyType === 'rsa') {
    const type = 'ssh-rsa';
    return {
      type,
      publicBlob: Buffer.concat([string(type), integer(field('e')), integer(field('n'))]),
      privateFields: [field('n'), field('e'), field('d'), field('qi'), field('p'), field('q')].map(integer),
    };
  }
  throw new Error(`no OpenSSH format here for a key of type ${createPublicKey(key).asymmetricKeyType ?? 'unknown'}`);
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

/** A positive number of RFC 4251: no leading zeros, but one where the first bit is set. */
function integer(value: Buffer): Buffer {
  let start = 0;
  while (start < value.length - 1 && value[start] === 0) start += 1;
  const digits = value.subarray(start);
  const negative = ((digits[0] ?? 0) & 0x80) !== 0;
  return string(negative ? Buffer.concat([Buffer.from([0]), digits]) : digits);
}

/** Filled with 1, 2, 3, ... to a multiple of 8, the block size of "no cipher". */
function padded(secret: Buffer): Buffer {
  const missing = (8 - (secret.length % 8)) % 8;
  return Buffer.concat([secret, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))]);
}
