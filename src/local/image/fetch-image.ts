import { chmod, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import { type Checksum, fileDigest, formatChecksum } from './checksum.ts';
import { readDiskHeader } from './disk-header.ts';
import { download } from './download.ts';
import { discardPart } from './download-part.ts';
import type { EnsureOptions, ImageRecord, ImageRequest } from './image.ts';
import { interrupted } from './image-problem.ts';
import { imagesFolder, publishImage, stagingFolder } from './image-store.ts';
import { compressionOf, unpack } from './unpack.ts';

export interface Fetch extends EnsureOptions {
  readonly request: ImageRequest;
  readonly checksum: Checksum;
  readonly key: string;
  /** Its folder in the cache. */
  readonly directory: string;
}

/** Downloads an image, verifies it, unpacks it where it is packed, and puts it into the cache. Call it under the image's lock. */
export async function fetchImage(fetch: Fetch): Promise<ImageRecord> {
  const { cacheDirectory, checksum, directory, key, request } = fetch;
  const part = join(imagesFolder(cacheDirectory), `.${key}.part`);
  await verifiedDownload(fetch, part);
  const staging = await stagingFolder(cacheDirectory);
  try {
    const disk = join(staging, 'disk');
    await unpacked(fetch, part, disk);
    const { format, virtualSizeBytes } = await readDiskHeader(disk).catch((error: unknown) => {
      // What the vendor published is no image that can be used: keeping it would only fail again.
      if (error instanceof LabError) throw new LabError({ ...error.problem, summary: error.problem.summary.replace(disk, request.source) });
      throw error;
    });
    if (request.format !== null && request.format !== format) throw new LabError({ kind: 'image', summary: `${request.source} is ${format}, not ${request.format}` });
    await rename(disk, `${disk}.${format}`);
    const record = { source: request.source, arch: request.arch, checksum: formatChecksum(checksum), format, virtualSizeBytes, addedAt: new Date().toISOString(), boot: null };
    return await publishImage(staging, directory, record);
  } finally {
    await rm(staging, { recursive: true, force: true });
    await discardPart(part);
  }
}

/** A download that is put together from several answers and comes out wrong is made once more from its beginning: they may be of two files. */
async function verifiedDownload(fetch: Fetch, part: string): Promise<void> {
  const { checksum, environment, onProgress, pauseMs, request, signal, stallMs } = fetch;
  const url = request.source;
  for (let again = false; ; again = true) {
    const onBytes = (doneBytes: number, totalBytes: number | null): void => onProgress?.({ step: 'downloading', doneBytes, totalBytes, about: url });
    const { pieced } = await download({ url, file: part, signal, environment, pauseMs, stallMs, onBytes });
    const found = await digestOf(part, checksum, fetch);
    if (found === checksum.hex) return;
    await discardPart(part);
    if (pieced && !again) continue;
    throw new LabError({
      kind: 'image',
      summary: `${url} is not what its vendor published: its checksum differs`,
      detail: `${checksum.algorithm} published ${checksum.hex}\n       found     ${found}\nNothing of it was kept.`,
      hint: 'a new image may have come out since: repeat labtui apply without --session; when it stays so, something between here and the vendor changes what is downloaded',
    });
  }
}

async function digestOf(part: string, { algorithm }: Checksum, { onProgress, request, signal }: Fetch): Promise<string> {
  try {
    return await fileDigest(part, algorithm, { signal, onBytes: (doneBytes) => onProgress?.({ step: 'verifying', doneBytes, totalBytes: null, about: request.source }) });
  } catch (error) {
    throw signal.aborted ? interrupted(signal) : error;
  }
}

async function unpacked({ onProgress, request, signal }: Fetch, part: string, disk: string): Promise<void> {
  const compression = compressionOf(new URL(request.source).pathname);
  if (compression === null) return rename(part, disk);
  await unpack({ packed: part, target: disk, compression, signal, onBytes: (doneBytes) => onProgress?.({ step: 'unpacking', doneBytes, totalBytes: null, about: request.source }) });
  await chmod(disk, 0o600);
}
