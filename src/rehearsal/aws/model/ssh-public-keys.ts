import { createHash, createPublicKey } from 'node:crypto';
import { CloudError } from '../../engine/cloud-error.ts';

export interface ImportedKey {
  readonly keyType: 'rsa' | 'ed25519';
  /** As EC2 shows it for imported keys: MD5 of the DER for RSA; for ED25519 the SHA-256 that ssh-keygen shows, in base64. */
  readonly fingerprint: string;
  /** OpenSSH format, type and key only. */
  readonly publicKey: string;
}

const pattern = /^(ssh-rsa|ssh-ed25519)\s+([A-Za-z0-9+/]+={0,2})(?:\s+.*)?$/;

/** A public key as ImportKeyPair takes it. Throws InvalidKey.Format. Fingerprints: EC2 user guide, "Verify the fingerprint of your key pair". */
export function importKey(material: string): ImportedKey {
  const [, type, base64 = ''] = pattern.exec(material.trim()) ?? [];
  const blob = Buffer.from(base64, 'base64');
  const fields = wireFields(blob);
  if (type === undefined || fields === null || fields[0]?.toString() !== type) throw invalidKey();
  const publicKey = `${type} ${base64}`;
  if (type === 'ssh-ed25519') {
    if (fields[1]?.length !== 32) throw invalidKey();
    return { keyType: 'ed25519', fingerprint: createHash('sha256').update(blob).digest('base64'), publicKey };
  }
  const [, exponent, modulus] = fields;
  if (exponent === undefined || modulus === undefined) throw invalidKey();
  const unsigned = (bytes: Buffer) => (bytes[0] === 0 ? bytes.subarray(1) : bytes).toString('base64url');
  const key = createPublicKey({ key: { kty: 'RSA', e: unsigned(exponent), n: unsigned(modulus) }, format: 'jwk' });
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits !== 1024 && bits !== 2048 && bits !== 4096) throw invalidKey();
  const digest = createHash('md5').update(key.export({ type: 'spki', format: 'der' })).digest('hex');
  return { keyType: 'rsa', fingerprint: digest.replace(/(..)(?=.)/g, '$1:'), publicKey };
}

/** The fields of an SSH wire encoding; null when it is cut short. */
function wireFields(blob: Buffer): readonly Buffer[] | null {
  const fields: Buffer[] = [];
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length) return null;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return null;
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

function invalidKey(): CloudError {
  return new CloudError('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
}
