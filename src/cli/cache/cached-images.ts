import { listImages, type StoredImage } from '../../local/image/stored-images.ts';
import { keptSource } from '../../local/image/kept-images.ts';
import { removeImage } from '../../local/image/prune-images.ts';
import type { CachedItem } from './cached-item.ts';

/** The images in the cache, the longest unused first. */
export async function cachedImages(cacheDirectory: string, signal: AbortSignal): Promise<readonly CachedItem[]> {
  return (await listImages(cacheDirectory)).map((image) => ({
    kind: 'image' as const,
    name: imageName(image),
    platform: image.record.arch,
    bytes: image.bytes,
    usedAt: image.usedAt,
    usedBy: image.usedBy,
    path: image.directory,
    remove: () => removeImage(cacheDirectory, image.key, signal),
  }));
}

/** A built image by its distro, an imported one by its name, any other by its file's name. */
export function imageName({ record: { source, distro } }: StoredImage): string {
  const kept = keptSource(source);
  return kept === null ? source.slice(source.lastIndexOf('/') + 1) : `${kept.name} (${kept.made}${distro === undefined ? '' : ` as ${distro}`})`;
}
