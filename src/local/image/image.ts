import * as z from 'zod';
import type { Arch } from '../../core/clouds.ts';

/** How a machine starts from a disk. `auto`: its firmware is whatever the machine has. */
export type Firmware = 'uefi' | 'bios' | 'auto';
export type DiskFormat = 'qcow2' | 'raw';

/** Which image: literals, as they stand in a stack. */
export interface ImageRequest {
  /** A URL, `file:/ABSOLUTE/PATH`, `build:debian@12`, or `import:NAME`. */
  readonly source: string;
  readonly arch: Arch;
  /** `sha256:HEX` or `sha512:HEX` of what the source gives; of a built image, of its disk; of an imported one, of the file it came from. null only for a file of one's own. */
  readonly checksum: string | null;
  /** null: as the file says itself. */
  readonly format: DiskFormat | null;
}

/** An image on this computer. Nothing writes to its file: it stands behind the disks of machines. */
export interface LocalImage {
  readonly file: string;
  /** As it was asked for; of a file without one, a digest of its path, size and time. */
  readonly checksum: string;
  readonly format: DiskFormat;
  readonly sizeBytes: number;
  /** What a guest sees of it: the least that a disk on it can be. */
  readonly virtualSizeBytes: number;
  /** Set where the disk has no boot loader: QEMU starts this kernel itself. */
  readonly kernelFile: string | null;
  readonly initrdFile: string | null;
  readonly kernelArguments: string | null;
}

/** What an image is at. Bytes count in `downloading`, `verifying` and `unpacking`. */
export interface ImageProgress {
  readonly step: 'waiting' | 'downloading' | 'verifying' | 'unpacking';
  readonly doneBytes: number;
  readonly totalBytes: number | null;
  /** Where it comes from; while waiting, who is at it. */
  readonly about: string;
}

export interface EnsureOptions {
  /** labtui's own: `$XDG_CACHE_HOME/labtui`. */
  readonly cacheDirectory: string;
  /** What will stand on the image, absolute: while this path exists, prune spares the image. */
  readonly usedBy: string;
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: ((progress: ImageProgress) => void) | undefined;
  /** What images may take together. @default 20 GB */
  readonly limitBytes?: number | undefined;
  /** Tests shorten it. @default 1 s */
  readonly pauseMs?: number | undefined;
  /** @default 30 s */
  readonly stallMs?: number | undefined;
}

/** `image.json` beside a disk in the cache, and FILE.json beside an image that was built into a file. */
export const imageRecordSchema = z.object({
  v: z.literal(1),
  source: z.string(),
  arch: z.enum(['amd64', 'arm64']),
  checksum: z.string(),
  format: z.enum(['qcow2', 'raw']),
  sizeBytes: z.number().int().nonnegative(),
  virtualSizeBytes: z.number().int().positive(),
  /** Of the disk when it was verified: another one has been written to since. */
  modifiedMs: z.number(),
  addedAt: z.string(),
  /** Of an imported image: the distro that it is to be taken for, `debian@12`. */
  distro: z.string().optional(),
  boot: z.object({ kernel: z.string(), initrd: z.string(), arguments: z.string() }).nullable(),
});
export type ImageRecord = z.output<typeof imageRecordSchema>;
