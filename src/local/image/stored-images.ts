import { access, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isTemporaryName } from '../../platform/durable-write.ts';
import { errnoOf } from '../../platform/errno.ts';
import type { ImageRecord } from './image.ts';
import { imagesFolder, readRecord } from './image-store.ts';

/** One image in the cache. */
export interface StoredImage {
  /** Name of its folder. */
  readonly key: string;
  readonly directory: string;
  readonly record: ImageRecord;
  /** All that it takes on the disk. */
  readonly bytes: number;
  readonly usedAt: Date;
  /** What stands on it and still exists. */
  readonly usedBy: readonly string[];
}

/** Every image in the cache, the longest unused first. What was left half made is not among them. */
export async function listImages(cacheDirectory: string): Promise<readonly StoredImage[]> {
  const folder = imagesFolder(cacheDirectory);
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  const images: StoredImage[] = [];
  for (const key of names) {
    const image = key.startsWith('.') ? null : await storedImage(folder, key);
    if (image !== null) images.push(image);
  }
  return images.sort((a, b) => a.usedAt.getTime() - b.usedAt.getTime());
}

/** null: it is none, or has been removed meanwhile. */
async function storedImage(folder: string, key: string): Promise<StoredImage | null> {
  const directory = join(folder, key);
  try {
    const record = await readRecord(directory);
    if (record === null) return null;
    const usedAt = (await stat(join(directory, 'image.json'))).mtime;
    return { key, directory, record, bytes: await bytesIn(directory), usedAt, usedBy: await usersOf(directory) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Paths that stand on an image and exist; notes of those that are gone go. */
async function usersOf(directory: string): Promise<readonly string[]> {
  const folder = join(directory, 'used-by');
  const living: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const path = await readFile(join(folder, name), 'utf8');
    // What cannot be looked at may well be there: only what is gone for sure is no user.
    const gone = await access(path).then(() => false, (error: unknown) => ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? ''));
    if (gone) await rm(join(folder, name), { force: true });
    else living.push(path);
  }
  return living.sort();
}

/** What the files of a folder take on the disk, holes not counted. */
export async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const { blocks, size } = await stat(join(entry.parentPath, entry.name)).catch(() => ({ blocks: 0, size: 0 }));
    bytes += blocks > 0 ? blocks * 512 : size;
  }
  return bytes;
}

/** Folders and parts of downloads and builds that nobody finished. */
export async function unfinished(cacheDirectory: string): Promise<readonly { readonly path: string; readonly bytes: number; readonly changedAt: Date }[]> {
  const folder = imagesFolder(cacheDirectory);
  const left = [];
  for (const name of await readdir(folder).catch(() => [])) {
    if (!isTemporaryName(name) && !/^\..+\.part(?:\.json)?$/.test(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found !== null) left.push({ path, bytes: found.isDirectory() ? await bytesIn(path) : found.size, changedAt: found.mtime });
  }
  return left;
}
