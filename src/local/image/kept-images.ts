import type { Arch } from '../../core/clouds.ts';
import { invalidInput } from '../../core/errors.ts';
import { listImages, type StoredImage } from './stored-images.ts';

/** An image that somebody put into the cache on purpose: nothing fetches it again. */
export interface KeptSource {
  readonly made: 'built' | 'imported';
  /** Of a built one its distro, `debian@12`; of an imported one the name that it was given. */
  readonly name: string;
}

const kinds: Readonly<Record<string, KeptSource['made']>> = { build: 'built', import: 'imported' };

/** `build:debian@12`, the source of an image that `labtui image build` made. */
export function builtSource(distro: string): string {
  return `build:${distro}`;
}

/** `import:NAME`, the source of an image that `labtui image import` brought. Throws invalid-input for a name that is none. */
export function importedSource(name: string): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) throw invalidInput(`"${name}" is no name of an image`, 'a to z, 0 to 9, dot, dash and underscore, at most 64: --name debian-lab');
  return `import:${name}`;
}

/** What a source says of an image that is only in the cache; null: it is a file or a URL. */
export function keptSource(source: string): KeptSource | null {
  const [, kind = '', name = ''] = /^(build|import):(.+)$/.exec(source) ?? [];
  const made = kinds[kind];
  return made === undefined ? null : { made, name };
}

/** `of debian@12`, or its name. */
export function called({ made, name }: KeptSource): string {
  return made === 'built' ? `of ${name}` : name;
}

/** The command that puts such an image here. */
export function howToKeep({ made, name }: KeptSource, arch: Arch): string {
  return made === 'built' ? `labtui image build ${name} --arch ${arch}` : `labtui image import FILE --name ${name} --arch ${arch}`;
}

/** The image in the cache with this source: the newest, or the one with this checksum. null: there is none. */
export async function keptImage(cacheDirectory: string, source: string, arch: Arch, checksum: string | null = null): Promise<StoredImage | null> {
  return newest(cacheDirectory, ({ record }) => record.source === source && record.arch === arch && (checksum === null || record.checksum === checksum));
}

/** The image of a distro that was built or imported last. null: there is none. */
export async function keptImageOf(cacheDirectory: string, distro: string, arch: Arch): Promise<StoredImage | null> {
  return newest(cacheDirectory, ({ record }) => record.arch === arch && (record.source === builtSource(distro) || record.distro === distro));
}

async function newest(cacheDirectory: string, fits: (image: StoredImage) => boolean): Promise<StoredImage | null> {
  const found = (await listImages(cacheDirectory)).filter(fits);
  return found.sort((a, b) => b.record.addedAt.localeCompare(a.record.addedAt))[0] ?? null;
}
