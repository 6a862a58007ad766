import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { createHash } from 'node:crypto';
import { invalidInput, LabError } from '../../core/errors.ts';
import { ensurePrivateDirectory } from '../../platform/durable-write.ts';
import { errnoOf } from '../../platform/errno.ts';
import { fileDigest, formatChecksum, parseChecksum } from './checksum.ts';
import { readDiskHeader } from './disk-header.ts';
import { fetchImage } from './fetch-image.ts';
import type { EnsureOptions, ImageRequest, LocalImage } from './image.ts';
import { withImageLock } from './image-lock.ts';
import { cacheProblem, unverifiable } from './image-problem.ts';
import { diskFile, imageKey, imagesFolder, isUntouched, localImage, noteUse, readRecord } from './image-store.ts';
import { called, howToKeep, keptImage, type KeptSource, keptSource } from './kept-images.ts';
import { readOwnRecord } from './own-image.ts';
import { keepWithinLimit, lockFile, usualLimitBytes } from './prune-images.ts';

/**
 * The image, verified, on this computer: from the cache, downloaded, built or imported before, or a file of one's own in its place. Two who want
 * the same image at once download it once. Rejects with a LabError: image (wrong checksum, nothing there, no disk), network,
 * prerequisite (no room, a file that is not there), invalid-input, or as interrupted.
 */
export async function ensureImage(request: ImageRequest, options: EnsureOptions): Promise<LocalImage> {
  const { source } = request;
  try {
    if (source.startsWith('file:')) return await ownFile(source.slice('file:'.length), request, options);
    const kept = keptSource(source);
    if (kept !== null) return await fromKept(kept, request, options);
    if (/^https?:\/\//.test(source)) return await downloaded(request, options);
  } catch (error) {
    throw cacheProblem(error, imagesFolder(options.cacheDirectory));
  }
  throw invalidInput(`"${source}" is no image`, 'a URL, file:/PATH, build:debian@12, or import:NAME');
}

async function downloaded(request: ImageRequest, options: EnsureOptions): Promise<LocalImage> {
  const { cacheDirectory, signal, usedBy, onProgress, limitBytes = usualLimitBytes } = options;
  const checksum = request.checksum === null ? null : parseChecksum(request.checksum);
  if (checksum === null) throw unverifiable(request.source, request.checksum === null ? 'it comes without a checksum' : `"${request.checksum}" is no checksum`);
  const key = imageKey(formatChecksum(checksum), request.arch);
  const directory = join(imagesFolder(cacheDirectory), key);
  await ensurePrivateDirectory(imagesFolder(cacheDirectory));
  const onWait = (by: string): void => onProgress?.({ step: 'waiting', doneBytes: 0, totalBytes: null, about: by });
  const image = await withImageLock(lockFile(cacheDirectory, key), { signal, onWait }, async () => {
    const known = await readRecord(directory);
    const record = known !== null && (await isUntouched(directory, known)) ? known : await fetchImage({ ...options, request, checksum, key, directory });
    await noteUse(directory, usedBy);
    return localImage(directory, record);
  });
  await keepWithinLimit(cacheDirectory, limitBytes, key, signal).catch(() => undefined);
  return image;
}

async function fromKept({ made, name }: KeptSource, { source, arch, checksum }: ImageRequest, { cacheDirectory, usedBy, signal }: EnsureOptions): Promise<LocalImage> {
  const image = await keptImage(cacheDirectory, source, arch, checksum);
  const again = howToKeep({ made, name }, arch);
  if (image === null) {
    const other = checksum === null ? null : await keptImage(cacheDirectory, source, arch);
    if (other === null) throw new LabError({ kind: 'image', summary: `no image ${called({ made, name })} for ${arch} has been ${made} here`, hint: again });
    const detail = `planned ${checksum ?? ''}\nhere    ${other.record.checksum}`;
    throw new LabError({ kind: 'image', summary: `the image ${called({ made, name })} that this lab was planned with is gone from the cache`, detail, hint: 'make a new lab, of the one that is there: labtui apply' });
  }
  return withImageLock(lockFile(cacheDirectory, image.key), { signal }, async () => {
    const record = await readRecord(image.directory);
    if (record === null || !(await isUntouched(image.directory, record))) {
      throw new LabError({ kind: 'image', summary: `the image ${called({ made, name })} has been changed since it was ${made}`, detail: diskFile(image.directory, image.record), hint: again });
    }
    await noteUse(image.directory, usedBy);
    return localImage(image.directory, record);
  });
}

/** Used where it is: nothing is copied, and nothing of it is removed. */
async function ownFile(path: string, request: ImageRequest, { signal, onProgress }: EnsureOptions): Promise<LocalImage> {
  const file = path.replace(/^\/\/(?=\/)/, '');
  if (!isAbsolute(file)) throw invalidInput(`file:${path} is no absolute path`, 'such as file:/home/me/debian.qcow2');
  const found = await stat(file).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  });
  if (found?.isFile() !== true) throw new LabError({ kind: 'prerequisite', summary: `there is no image at ${file}`, hint: 'check the path, and that you may read it' });
  const header = await readDiskHeader(file);
  const wanted = request.checksum === null ? null : parseChecksum(request.checksum);
  if (wanted !== null) {
    const hex = await fileDigest(file, wanted.algorithm, { signal, onBytes: (doneBytes) => onProgress?.({ step: 'verifying', doneBytes, totalBytes: found.size, about: file }) });
    if (hex !== wanted.hex) throw new LabError({ kind: 'image', summary: `${file} is not the image that was named: its checksum differs`, detail: `${wanted.algorithm} named ${wanted.hex}\n       found ${hex}` });
  }
  if (request.format !== null && request.format !== header.format) {
    throw new LabError({ kind: 'image', summary: `${file} is ${header.format}, not ${request.format}` });
  }
  const boot = await readOwnRecord(file);
  return {
    file,
    checksum: request.checksum ?? `sha256:${createHash('sha256').update(`${file} ${found.size} ${found.mtimeMs}`).digest('hex')}`,
    format: header.format,
    sizeBytes: found.size,
    virtualSizeBytes: header.virtualSizeBytes,
    kernelFile: boot?.kernel ?? null,
    initrdFile: boot?.initrd ?? null,
    kernelArguments: boot?.arguments ?? null,
  };
}
