import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withImageLock } from './image-lock.ts';
import { imagesFolder } from './image-store.ts';
import { listImages, type StoredImage, unfinished } from './stored-images.ts';

/** What images may take together before the longest unused ones go. */
export const usualLimitBytes = 20e9;

/** Older than this, what was left half made is nobody's work under way. */
const leftoverMs = 24 * 3_600_000;

export interface PruneRule {
  /** Unused images go until all take no more than this. */
  readonly limitBytes: number;
  /** Unused images go that were used last before this; null: only the limit counts. */
  readonly unusedSince: Date | null;
}

export interface ImageVerdict {
  readonly remove: readonly StoredImage[];
  readonly keep: readonly StoredImage[];
}

/** Which images go: none that a disk stands on, the longest unused first. `images`: in that order. */
export function judgeImages(images: readonly StoredImage[], { limitBytes, unusedSince }: PruneRule): ImageVerdict {
  let total = images.reduce((sum, { bytes }) => sum + bytes, 0);
  const remove = images.filter(({ usedBy, usedAt, bytes }) => {
    if (usedBy.length > 0) return false;
    const old = unusedSince !== null && usedAt.getTime() <= unusedSince.getTime();
    if (!old && total <= limitBytes) return false;
    total -= bytes;
    return true;
  });
  return { remove, keep: images.filter((image) => !remove.includes(image)) };
}

/**
 * Removes an image, unless somebody has begun to use it meanwhile: it is looked at once more under its lock. Resolves with whether
 * it is gone.
 */
export async function removeImage(cacheDirectory: string, key: string, signal: AbortSignal): Promise<boolean> {
  const folder = imagesFolder(cacheDirectory);
  return withImageLock(lockFile(cacheDirectory, key), { signal }, async () => {
    const now = (await listImages(cacheDirectory)).find((image) => image.key === key);
    if (now === undefined) return true;
    if (now.usedBy.length > 0) return false;
    // In one step: a half removed image must not be taken for one.
    const aside = join(folder, `.${key}.${'0'.repeat(12)}.tmp`);
    await rm(aside, { recursive: true, force: true });
    await rename(now.directory, aside);
    await rm(aside, { recursive: true, force: true });
    return true;
  });
}

/** The file that is held while one image is fetched, built or removed. */
export function lockFile(cacheDirectory: string, key: string): string {
  return join(imagesFolder(cacheDirectory), `.${key}.lock`);
}

/** Keeps the images within the limit, `spared` not counted out. Resolves with what went. */
export async function keepWithinLimit(cacheDirectory: string, limitBytes: number, spared: string, signal: AbortSignal): Promise<readonly StoredImage[]> {
  const { remove } = judgeImages(await listImages(cacheDirectory), { limitBytes, unusedSince: null });
  const gone: StoredImage[] = [];
  for (const image of remove) if (image.key !== spared && (await removeImage(cacheDirectory, image.key, signal))) gone.push(image);
  return gone;
}

/** Removes what downloads and builds that were broken off have left, older than a day, or all of it. Resolves with its bytes. */
export async function removeUnfinished(cacheDirectory: string, { all, dryRun }: { readonly all: boolean; readonly dryRun: boolean }): Promise<number> {
  let bytes = 0;
  for (const left of await unfinished(cacheDirectory)) {
    if (!all && Date.now() - left.changedAt.getTime() < leftoverMs) continue;
    bytes += left.bytes;
    if (!dryRun) await rm(left.path, { recursive: true, force: true });
  }
  return bytes;
}
