import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import { ensurePrivateDirectory, makePrivateDirectory, writeNewFile } from '../platform/durable-write.ts';
import { cacheProblem } from './cache-problem.ts';
import { checkBinary } from './check-binary.ts';
import { type Download, fetchBytes } from './download.ts';
import { fetchZip } from './fetch-zip.ts';
import { hashicorpKey } from './hashicorp-key.ts';
import { interrupted } from './interrupted.ts';
import { checksumName, clearLeftovers, fileChecksum, isIntact, publish } from './installed-folder.ts';
import type { InstallProgress } from './progress.ts';
import { checksumIn, hashicorpReleases, type Release, releaseOf, testedVersion, unsupportedPlatform } from './terraform-release.ts';
import { unpackBinary } from './unpack-binary.ts';
import { type GoodSignature, verifySignature } from './verify-signature.ts';

export interface InstallRequest {
  /** labtui's own, absolute; Terraform goes to `terraform/<version>/terraform` below it. */
  readonly cacheDir: string;
  /** As `process.platform` and `process.arch` say it. */
  readonly platform: string;
  readonly arch: string;
  /** @default the one that labtui is tested with */
  readonly version?: string | undefined;
  /** A mirror laid out as HashiCorp's host. @default HashiCorp's host */
  readonly baseUrl?: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: InstallProgress) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The key that must have signed, ASCII-armored. @default HashiCorp's */
  readonly publicKey?: string | undefined;
  /** How long the other side may be silent. @default 30 seconds */
  readonly stallMs?: number | undefined;
}

export interface InstalledTerraform {
  /** Absolute path. */
  readonly binary: string;
  readonly version: string;
  /** false: it was there already, whole. */
  readonly fetched: boolean;
}

/**
 * Fetches a Terraform release into labtui's cache: signature of the checksums first, then the archive against its
 * checksum, then one run of the program; only then does it appear, whole, under its name. One that is there and matches
 * its recorded checksum is left alone, without a network. Rejects with a LabError, and then nothing has changed: kind
 * network; not-found (no such version there); prerequisite (platform, signature, checksum, archive, disk); with the
 * signal's exit code when interrupted.
 */
export async function installTerraform(request: InstallRequest): Promise<InstalledTerraform> {
  const { cacheDir, version = testedVersion, signal, onProgress } = request;
  const release = releaseOf({ ...request, version, baseUrl: request.baseUrl ?? hashicorpReleases });
  const folder = join(cacheDir, 'terraform');
  const home = join(folder, version);
  const binary = join(home, 'terraform');
  try {
    const fetched = !(await isIntact(home));
    if (fetched) await fetchInto(home, folder, release, request);
    else {
      onProgress({ step: 'checking' });
      await checkBinary(binary, version, signal);
    }
    return { binary, version, fetched };
  } catch (error) {
    throw cacheProblem(error, folder);
  }
}

async function fetchInto(home: string, folder: string, release: Release, request: InstallRequest): Promise<void> {
  const { signal, onProgress } = request;
  await ensurePrivateDirectory(folder);
  await clearLeftovers(folder);
  const checksum = await signedChecksum(release, request);
  const staging = join(folder, `.${release.version}.${randomBytes(6).toString('hex')}.tmp`);
  await makePrivateDirectory(staging);
  try {
    const zipFile = join(staging, 'terraform.zip');
    await fetchZip({ ...fetching(release.zipUrl, request), mostBytes: 300e6, file: zipFile, checksum, onProgress });
    onProgress({ step: 'unpacking' });
    const binary = join(staging, 'terraform');
    await unpackBinary({ zipFile, entryName: 'terraform', target: binary, mostBytes: 600e6, signal });
    await rm(zipFile);
    onProgress({ step: 'checking' });
    await checkBinary(binary, release.version, signal);
    await writeNewFile(join(staging, checksumName), `${await fileChecksum(binary)}  terraform\n`, { mode: 0o644, sync: true });
    if (signal.aborted) throw interrupted(signal);
    await publish(staging, home);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** SHA-256 of the release's archive, as HashiCorp signed it. */
async function signedChecksum(release: Release, request: InstallRequest): Promise<string> {
  const { publicKey = hashicorpKey, onProgress } = request;
  onProgress({ step: 'asking', url: release.sumsUrl });
  const sums = await fetchBytes({ ...fetching(release.sumsUrl, request), mostBytes: 1e6 });
  if (sums === null) throw missing(`there is no Terraform ${release.version} at ${release.sumsUrl}`);
  let signature: Uint8Array | null = null;
  for (const url of release.signatureUrls) signature ??= await fetchBytes({ ...fetching(url, request), mostBytes: 1e5 });
  if (signature === null) throw missing(`the checksums at ${release.sumsUrl} have no signature beside them`);
  const good: GoodSignature = await verifySignature({ content: sums, signature, publicKey, name: release.sumsUrl });
  onProgress({ step: 'signature', ...good });
  const checksum = checksumIn(Buffer.from(sums).toString('utf8'), release.zipName);
  if (checksum === null) throw unsupportedPlatform(release.version, release.platform);
  return checksum;
}

function fetching(url: string, { signal, environment, stallMs = 30_000 }: InstallRequest): Omit<Download, 'mostBytes'> {
  return { url, signal, environment, stallMs };
}

function missing(summary: string): LabError {
  return new LabError({
    kind: 'not-found',
    summary,
    hint: `a mirror (LABTUI_TERRAFORM_MIRROR) is laid out as ${hashicorpReleases}: terraform/<version>/terraform_<version>_SHA256SUMS`,
  });
}
