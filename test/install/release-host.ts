import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMessage, generateKey, readPrivateKey, sign } from 'openpgp';
import { zipArchive, type ZipEntry } from './zip-archive.ts';

export const version = '1.11.4';

/** What stands in for the program: it says which version it is. */
export const programOf = (told: string): string => `#!/bin/sh\n[ "$1 $2" = "version -json" ] && echo '{"terraform_version":"${told}"}'\n`;

export interface SigningKey {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** A key of one's own; `days` after `made` it ends, 0: never. */
export async function signingKey(made = new Date(Date.now() - 86_400_000), days = 0): Promise<SigningKey> {
  return generateKey({
    type: 'curve25519',
    userIDs: [{ name: 'Releases of the test', email: 'releases@example.org' }],
    date: made,
    keyExpirationTime: days * 86_400,
    subkeys: [{ sign: true }],
    format: 'armored',
  });
}

export interface SignatureDates {
  readonly signedAt?: Date;
}

/** A detached signature, binary. */
export async function signatureOf(text: string, { privateKey }: SigningKey, { signedAt = new Date(Date.now() - 1_000) }: SignatureDates = {}): Promise<Buffer> {
  const message = await createMessage({ binary: Buffer.from(text) });
  const signingKeys = await readPrivateKey({ armoredKey: privateKey });
  return Buffer.from(await sign({ message, signingKeys, detached: true, format: 'binary', date: signedAt }));
}

type Answer = Buffer | ((response: ServerResponse) => void);

/** A host of releases; every path can be given another answer. */
export interface ReleaseHost {
  readonly url: string;
  readonly requests: readonly string[];
  put(name: string, answer: Answer | null): void;
  close(): Promise<void>;
}

export const sumsName = `terraform_${version}_SHA256SUMS`;
export const namedSignature = `${sumsName}.72D7468F.sig`;
export const plainSignature = `${sumsName}.sig`;
export const zipName = `terraform_${version}_linux_amd64.zip`;

export const program: ZipEntry = { name: 'terraform', content: programOf(version) };
export const licence: ZipEntry = { name: 'LICENSE.txt', content: 'a licence\n', mode: 0o100644, deflated: false };

/** Puts a signed release onto a host. */
export async function publishRelease(host: ReleaseHost, key: SigningKey, entries: readonly ZipEntry[] = [licence, program], dates?: SignatureDates): Promise<Buffer> {
  const zip = zipArchive(entries);
  const sums = [`${'0'.repeat(64)}  terraform_${version}_darwin_arm64.zip`, `${createHash('sha256').update(zip).digest('hex')}  ${zipName}`, ''].join('\n');
  host.put(sumsName, Buffer.from(sums));
  host.put(namedSignature, await signatureOf(sums, key, dates));
  host.put(plainSignature, null);
  host.put(zipName, zip);
  return zip;
}

/** Starts a host on loopback with nothing on it. */
export async function releaseHost(): Promise<ReleaseHost> {
  const answers = new Map<string, Answer>();
  const requests: string[] = [];
  const folder = `/releases/terraform/${version}/`;
  const server = createServer(({ url = '' }, response) => {
    const name = url.startsWith(folder) ? url.slice(folder.length) : url;
    requests.push(name);
    const answer = answers.get(name);
    if (answer === undefined) response.writeHead(404).end('not here');
    else if (typeof answer === 'function') answer(response);
    else response.writeHead(200, { 'content-length': answer.length }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/releases/`,
    requests,
    put: (name, answer) => {
      if (answer === null) answers.delete(name);
      else answers.set(name, answer);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
