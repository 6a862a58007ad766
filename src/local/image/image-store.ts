import { createHash, randomBytes } from 'node:crypto';
import { access, chmod, mkdir, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { durableWrite, ensurePrivateDirectory, syncDirectory } from '../../platform/durable-write.ts';
import { errnoOf } from '../../platform/errno.ts';
import { type ImageRecord, imageRecordSchema, type LocalImage } from './image.ts';

/** Where images are, within labtui's cache. */
export function imagesFolder(cacheDirectory: string): string {
  return join(cacheDirectory, 'images');
}

/** The folder's name of an image: of its checksum, so that one image is there once, whatever its URL. */
export function imageKey(checksum: string, arch: string): string {
  return `${arch}-${createHash('sha256').update(checksum).digest('hex').slice(0, 20)}`;
}

export function diskFile(directory: string, { format }: Pick<ImageRecord, 'format'>): string {
  return join(directory, `disk.${format}`);
}

/** The image as its users see it. */
export function localImage(directory: string, record: ImageRecord): LocalImage {
  const { boot, checksum, format, sizeBytes, virtualSizeBytes } = record;
  return {
    file: diskFile(directory, record),
    checksum,
    format,
    sizeBytes,
    virtualSizeBytes,
    kernelFile: boot === null ? null : join(directory, boot.kernel),
    initrdFile: boot === null ? null : join(directory, boot.initrd),
    kernelArguments: boot?.arguments ?? null,
  };
}

/** What `image.json` says; null: there is none, or no readable one. */
export async function readRecord(directory: string): Promise<ImageRecord | null> {
  try {
    const parsed = imageRecordSchema.safeParse(JSON.parse(await readFile(join(directory, 'image.json'), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError || ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  }
}

/** Whether the disk is as it was when it was verified, by size and time. */
export async function isUntouched(directory: string, record: ImageRecord): Promise<boolean> {
  try {
    const { size, mtimeMs } = await stat(diskFile(directory, record));
    if (record.boot !== null) for (const name of [record.boot.kernel, record.boot.initrd]) await access(join(directory, name));
    return size === record.sizeBytes && mtimeMs === record.modifiedMs;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Gives a finished folder, with the disk in it, its name in the cache: whole or not at all, also after a power cut. One of that name
 * is replaced. Call it under the image's lock.
 */
export async function publishImage(staging: string, directory: string, record: Omit<ImageRecord, 'v' | 'modifiedMs' | 'sizeBytes'>): Promise<ImageRecord> {
  const disk = diskFile(staging, record);
  // Nothing may write to what stands behind other disks.
  await chmod(disk, 0o444);
  const handle = await open(disk, 'r');
  await handle.sync().finally(() => handle.close());
  const { size, mtimeMs } = await stat(disk);
  const whole: ImageRecord = { v: 1, ...record, sizeBytes: size, modifiedMs: mtimeMs };
  await durableWrite(join(staging, 'image.json'), `${JSON.stringify(whole, null, 2)}\n`, 0o600);
  await rm(directory, { recursive: true, force: true });
  await rename(staging, directory);
  await syncDirectory(join(directory, '..'));
  return whole;
}

/** A new folder that nobody takes for an image yet. */
export async function stagingFolder(cacheDirectory: string): Promise<string> {
  const folder = join(imagesFolder(cacheDirectory), `.image.${randomBytes(6).toString('hex')}.tmp`);
  await ensurePrivateDirectory(folder);
  return folder;
}

/** Notes what stands on the image: while that path exists the image is in use. Marks it as used now. */
export async function noteUse(directory: string, usedBy: string): Promise<void> {
  const folder = join(directory, 'used-by');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, createHash('sha256').update(usedBy).digest('hex').slice(0, 16)), usedBy, { mode: 0o600 });
  const now = new Date();
  await utimes(join(directory, 'image.json'), now, now);
}
