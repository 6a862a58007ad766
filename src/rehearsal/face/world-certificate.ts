import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { durableWrite, ensurePrivateDirectory } from '../../platform/durable-write.ts';
import { tlsDirectory } from '../place.ts';
import { createTlsIdentity } from '../../plugin/tls-identity.ts';

/** Who a world's HTTPS port is, the same from one `serve` to the next. */
export interface WorldCertificate {
  /** PEM, for the server. */
  readonly tls: { readonly key: string; readonly cert: string };
  /** The certificate alone, for a client that takes one authority beside its own. */
  readonly authorityFile: string;
  /** With the public authorities, for a client whose own it replaces (SSL_CERT_FILE): it goes on reaching the rest of the world. */
  readonly bundleFile: string;
}

/** A certificate that ends sooner is made anew. */
const remainderMs = 7 * 24 * 60 * 60 * 1000;

/**
 * The certificate of the simulated clouds in `world`, made where there is none that is still good, and the files their clients
 * trust it by. `publicAuthorities`: a PEM file in the place of those that come with Node; one that cannot be read counts as none.
 */
export async function worldCertificate(world: string, publicAuthorities: string | null, now = new Date()): Promise<WorldCertificate> {
  const directory = tlsDirectory(world);
  const [identityFile, authorityFile, bundleFile] = [join(directory, 'identity.pem'), join(directory, 'ca.pem'), join(directory, 'ca-bundle.pem')];
  await ensurePrivateDirectory(directory);
  if (identityIn(await readText(identityFile), now) === null) {
    const { certificatePem, privateKeyPem } = createTlsIdentity({ now });
    await durableWrite(identityFile, `${privateKeyPem}${certificatePem}`);
  }
  // Another process may have made one at the same time: what stands there now counts for both.
  const tls = identityIn(await readText(identityFile), now);
  if (tls === null) throw new Error(`${identityFile} cannot be read back`);
  const own = publicAuthorities === null || publicAuthorities === bundleFile ? null : await readText(publicAuthorities);
  await durableWrite(authorityFile, tls.cert, 0o644);
  await durableWrite(bundleFile, `${tls.cert}${own ?? `${rootCertificates.join('\n')}\n`}`, 0o644);
  return { tls, authorityFile, bundleFile };
}

function identityIn(text: string | null, now: Date): WorldCertificate['tls'] | null {
  const [key] = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/.exec(text ?? '') ?? [];
  const [cert] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/.exec(text ?? '') ?? [];
  if (key === undefined || cert === undefined) return null;
  try {
    const certificate = new X509Certificate(cert);
    const isGood = certificate.checkPrivateKey(createPrivateKey(key)) && Date.parse(certificate.validTo) - now.getTime() > remainderMs;
    return isGood ? { key, cert } : null;
  } catch {
    return null;
  }
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return null;
  }
}
