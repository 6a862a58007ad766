import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { around, bits, identifier, instead, octets, positive, sequence, set, time, utf8, yes } from './der.ts';

// A certificate library with its dependencies would be loaded at every start of a provider, and this
// is the only certificate there is: one fixed form, so it is written by hand. RFC 5280; ECDSA with SHA-256 is RFC 5758.

export interface TlsIdentity {
  readonly certificateDer: Buffer;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const dayMs = 24 * 60 * 60 * 1000;
const ecdsaWithSha256 = sequence(identifier('1.2.840.10045.4.3.2'));

/**
 * A self-signed ECDSA P-256 certificate for `localhost` and 127.0.0.1, with its key, made in a few ms. Good for both ends of a
 * connection and, so that one can trust it alone, a certificate authority. Valid from an hour before `now`.
 */
export function createTlsIdentity({ now = new Date(), days = 365 }: { readonly now?: Date; readonly days?: number } = {}): TlsIdentity {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(set(sequence(identifier('2.5.4.3'), utf8('localhost'))));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const version3 = around(0, positive(Buffer.from([2])));
  const publicKeyDer = publicKey.export({ type: 'spki', format: 'der' });
  const body = sequence(
    version3,
    positive(serial),
    ecdsaWithSha256,
    name,
    sequence(time(new Date(now.getTime() - dayMs / 24)), time(new Date(now.getTime() + days * dayMs))),
    name,
    publicKeyDer,
    around(3, sequence(...extensions(publicKeyDer))),
  );
  const certificateDer = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, privateKey)));
  return {
    certificateDer,
    certificatePem: pem('CERTIFICATE', certificateDer),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** An uncompressed point of the curve: what is left of a public key without its algorithm. */
const pointBytes = 65;

function extensions(publicKeyDer: Buffer): readonly Buffer[] {
  const extension = (id: string, value: Buffer, critical = false): Buffer => sequence(identifier(id), ...(critical ? [yes] : []), octets(value));
  const digitalSignatureAndCertSign = bits(Buffer.from([0b10000100]), 2);
  const serverAndClient = sequence(identifier('1.3.6.1.5.5.7.3.1'), identifier('1.3.6.1.5.5.7.3.2'));
  const names = sequence(instead(2, Buffer.from('localhost')), instead(7, Buffer.from([127, 0, 0, 1])));
  return [
    extension('2.5.29.19', sequence(yes), true),
    extension('2.5.29.15', digitalSignatureAndCertSign, true),
    extension('2.5.29.37', serverAndClient),
    // Strict clients (Python 3.13 and later) want an authority's key to have a name.
    extension('2.5.29.14', octets(createHash('sha1').update(publicKeyDer.subarray(-pointBytes)).digest())),
    extension('2.5.29.17', names),
  ];
}

const pem = (label: string, der: Buffer): string => `-----BEGIN ${label}-----\n${der.toString('base64').replace(/(.{64})(?=.)/g, '$1\n')}\n-----END ${label}-----\n`;
