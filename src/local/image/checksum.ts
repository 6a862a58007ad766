import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

export const checksumAlgorithms = ['sha256', 'sha512'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Lower case. */
  readonly hex: string;
}

const hexLength: Readonly<Record<ChecksumAlgorithm, number>> = { sha256: 64, sha512: 128 };

/** `sha256:HEX` as a checksum; null where it is none. */
export function parseChecksum(text: string): Checksum | null {
  const [, name, hex = ''] = /^(sha256|sha512):([0-9a-f]+)$/i.exec(text) ?? [];
  const algorithm = checksumAlgorithms.find((known) => known === name?.toLowerCase());
  return algorithm === undefined || hex.length !== hexLength[algorithm] ? null : { algorithm, hex: hex.toLowerCase() };
}

export function formatChecksum({ algorithm, hex }: Checksum): string {
  return `${algorithm}:${hex}`;
}

/** The kind of checksum that a hexadecimal text of this length is; null: none that counts. MD5 and SHA-1 do not. */
export function algorithmOf(hex: string): ChecksumAlgorithm | null {
  return checksumAlgorithms.find((algorithm) => hexLength[algorithm] === hex.length) ?? null;
}

export interface DigestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((doneBytes: number) => void) | undefined;
}

/** A file's digest, lower-case hex. Rejects with the system's error, or the signal's. */
export async function fileDigest(file: string, algorithm: ChecksumAlgorithm, { signal, onBytes }: DigestOptions = {}): Promise<string> {
  const hash = createHash(algorithm);
  let doneBytes = 0;
  const read = createReadStream(file, { highWaterMark: 1 << 20 });
  read.on('data', (chunk) => {
    doneBytes += chunk.length;
    onBytes?.(doneBytes);
  });
  await pipeline(read, hash, signal === undefined ? {} : { signal });
  return hash.digest('hex');
}
