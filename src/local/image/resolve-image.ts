import type { Arch } from '../../core/clouds.ts';
import type { ImageQuery } from '../../core/distro.ts';
import { LabError } from '../../core/errors.ts';
import { formatChecksum } from './checksum.ts';
import type { Firmware, ImageRequest } from './image.ts';
import { readImagePin } from './image-pin.ts';
import { called, howToKeep, keptImage, keptImageOf, keptSource } from './kept-images.ts';
import { listImages } from './stored-images.ts';
import { askVendor, type VendorOptions } from './vendor-image.ts';

export interface WantedImage {
  /** `debian@12` */
  readonly distro: string;
  readonly arch: Arch;
  /** As the catalogue has it; null: none is known. */
  readonly query: ImageQuery | null;
  /** What the profile's `image` names; null: the distro's own. */
  readonly pin: string | null;
}

export interface ResolveOptions extends VendorOptions {
  /** labtui's own: `$XDG_CACHE_HOME/labtui`. */
  readonly cacheDirectory: string;
  /** For a pinned `file:` with a relative path. */
  readonly cwd: string;
}

/** What is written into a stack, and what the user should be told of it. */
export interface ResolvedImage extends ImageRequest {
  readonly firmware: Firmware;
  /** Fields of `fallback` events. */
  readonly fallbacks: readonly { readonly from: string; readonly to: string; readonly reason: string }[];
  /** For `log` events. */
  readonly notes: readonly string[];
}

/**
 * Which image a machine is to have, as literals: the pinned one; else the one that was built or imported here, since somebody did that on purpose;
 * else the vendor's newest with its published checksum; and where the vendor cannot be reached, the newest that the cache has of it.
 * Downloads no image. Rejects with kind image, network or invalid-input.
 */
export async function resolveImage(wanted: WantedImage, options: ResolveOptions): Promise<ResolvedImage> {
  const { arch, distro, pin, query } = wanted;
  const { cacheDirectory, cwd } = options;
  const plain = { firmware: 'auto', fallbacks: [], notes: [] } as const;
  const pinned = pin === null ? null : readImagePin(pin, arch, cwd);
  const named = pinned === null ? null : keptSource(pinned.source);
  if (pinned !== null && named === null) return { ...pinned, ...plain };
  const kept = pinned === null ? await keptImageOf(cacheDirectory, distro, arch) : await keptImage(cacheDirectory, pinned.source, arch);
  if (kept !== null) {
    const { source, checksum, format, addedAt } = kept.record;
    const by = keptSource(source);
    const note = by === null ? [] : [`the image ${called(by)} that was ${by.made} here on ${addedAt.slice(0, 10)}`];
    return { source, arch, checksum, format, ...plain, notes: note };
  }
  if (named !== null) {
    const file = named.made === 'imported' ? `\nor, where it is a file: --image file:${named.name}` : '';
    throw new LabError({ kind: 'image', summary: `no image ${called(named)} for ${arch} has been ${named.made} here`, hint: `${howToKeep(named, arch)}${file}` });
  }
  if (query?.cloud !== 'local') throw new LabError({ kind: 'image', summary: `no image of ${distro} for ${arch} is known`, hint: 'bring one: --image file:PATH' });

  const firmware = firmwareOf(query.firmware, arch);
  const format = query.format.startsWith('raw') ? 'raw' : 'qcow2';
  try {
    const { url, checksum, checksumFrom } = await askVendor(query, options);
    const notes = checksumFrom === null ? [] : [`the checksum of ${url} comes from ${checksumFrom}, where its vendor sends one to`];
    return { source: url, arch, checksum: formatChecksum(checksum), format, firmware, fallbacks: [], notes };
  } catch (error) {
    if (!(error instanceof LabError) || error.problem.kind !== 'network') throw error;
    const cached = (await listImages(cacheDirectory)).filter(({ record }) => record.arch === arch && isOf(query.url, record.source)).at(-1);
    if (cached === undefined) throw withWayOut(error, distro, arch);
    const { source, checksum, format: cachedFormat, addedAt } = cached.record;
    const fallback = { from: 'the newest image', to: `the one in the cache, of ${addedAt.slice(0, 10)}`, reason: error.problem.summary };
    return { source, arch, checksum, format: cachedFormat, firmware, fallbacks: [fallback], notes: [] };
  }
}

/** Distro files say it in words: `uefi or bios`, `uefi`, `legacy BIOS on x86_64`. arm64 machines have no BIOS. */
function firmwareOf(words: string, arch: Arch): Firmware {
  if (arch === 'arm64') return 'uefi';
  const [uefi, bios] = [/uefi/i.test(words), /bios/i.test(words)];
  return uefi === bios ? 'auto' : uefi ? 'uefi' : 'bios';
}

/** Whether a URL is one that the pattern stands for. */
function isOf(pattern: string, url: string): boolean {
  const [first = '', ...rest] = pattern.split(/<[^>]*>/);
  if (rest.length === 0) return pattern === url;
  return url.startsWith(first) && url.endsWith(rest.at(-1) ?? '');
}

function withWayOut(error: LabError, distro: string, arch: Arch): LabError {
  const { problem } = error;
  if (!/^(?:debian|ubuntu)@/.test(distro)) return error;
  return new LabError({ ...problem, hint: `${problem.hint ?? ''}\nor build one from the package archive: labtui image build ${distro} --arch ${arch}`.trim() }, { cause: error });
}
