import type { PinnedImage } from '../../core/plan.ts';
import type { DiskFormat, Firmware } from '../../local/image/image.ts';

/** What a stack says of its image. */
export interface LocalImagePin {
  /** A URL, `file:/PATH`, `build:debian@12`, `import:NAME`. */
  readonly source: string;
  /** null: of a file of one's own, and of an image that is yet to be built. */
  readonly checksum: string | null;
  readonly format: DiskFormat | null;
  readonly firmware: Firmware;
}

/** An image as a stack is pinned to it: `SOURCE@sha256:HEX`, the form that `--image` takes. */
export function pinImage({ source, checksum, format, firmware }: LocalImagePin, more: Pick<PinnedImage, 'name' | 'minDiskGb' | 'createdAt'>): PinnedImage {
  return {
    id: checksum === null ? source : `${source}@${checksum}`,
    owner: source.startsWith('http') ? new URL(source).host : null,
    features: [`firmware=${firmware}`, ...(format === null ? [] : [`format=${format}`])],
    ...more,
  };
}

/** The other way round. */
export function readImage({ id, features = [] }: Pick<PinnedImage, 'id' | 'features'>): LocalImagePin {
  const [, source = id, checksum = null] = /^(.*)@(sha(?:256|512):[0-9a-f]+)$/.exec(id) ?? [];
  const said = (name: string): string | undefined => features.find((feature) => feature.startsWith(`${name}=`))?.slice(name.length + 1);
  const [format, firmware] = [said('format'), said('firmware')];
  return {
    source,
    checksum,
    format: format === 'raw' || format === 'qcow2' ? format : null,
    firmware: firmware === 'uefi' || firmware === 'bios' ? firmware : 'auto',
  };
}
