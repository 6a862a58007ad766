import type { Arch } from '../core/clouds.ts';
import type { DistroImage, ImageCloud, ImageQuery } from '../core/distro.ts';
import { loginUserOn } from '../core/login-user.ts';
import type { CloudImages, DistroFile, EntryDetails, PerArch, VersionEntry } from './distro-file.ts';

const imageClouds = ['aws', 'gcp', 'azure', 'digitalocean', 'hetzner', 'linode', 'local'] as const satisfies readonly ImageCloud[];

/** Clouds without arm64 machines: there an entry means amd64 unless it says more. */
const amd64Only: readonly ImageCloud[] = ['digitalocean', 'linode'];

/** What an entry must say for its image to be found. */
export const neededFields: Readonly<Record<ImageCloud, string>> = {
  aws: 'owners and name, or ssm',
  gcp: 'project, and family or name',
  azure: 'publisher, offer and sku, or gallery',
  digitalocean: 'slug',
  hetzner: 'slug',
  linode: 'slug',
  local: 'url',
};

/** The images of one version: its own entries over what the file says for every version. */
export function imagesOf(file: DistroFile, version: VersionEntry): readonly DistroImage[] {
  return imageClouds.flatMap((cloud) => {
    const entry = mergedEntry(cloud, file.common, version.images);
    if (entry === null) return [];
    const arches = entry.details.arch ?? (amd64Only.includes(cloud) ? (['amd64'] as const) : (['amd64', 'arm64'] as const));
    return arches.map((arch) => imageOf(cloud, arch, entry, file, version));
  });
}

interface MergedEntry {
  readonly details: EntryDetails;
  readonly queryFor: (arch: Arch) => ImageQuery | null;
}

function mergedEntry(cloud: (typeof imageClouds)[number], common: CloudImages, own: CloudImages): MergedEntry | null {
  if (own[cloud] === undefined) return null;
  switch (cloud) {
    case 'aws': {
      const entry = { ...common.aws, ...own.aws };
      return { details: mergedDetails(common.aws, own.aws), queryFor: (arch) => awsQuery(entry, arch) };
    }
    case 'gcp': {
      const entry = { ...common.gcp, ...own.gcp };
      return { details: mergedDetails(common.gcp, own.gcp), queryFor: (arch) => gcpQuery(entry, arch) };
    }
    case 'azure': {
      const entry = { ...common.azure, ...own.azure };
      return { details: mergedDetails(common.azure, own.azure), queryFor: (arch) => azureQuery(entry, arch) };
    }
    case 'digitalocean':
    case 'hetzner':
    case 'linode': {
      const [fromCommon, fromOwn] = [slugEntry(common[cloud]), slugEntry(own[cloud])];
      const { slug } = { ...fromCommon, ...fromOwn };
      return { details: mergedDetails(fromCommon, fromOwn), queryFor: () => (slug === undefined ? null : { cloud, slug }) };
    }
    case 'local': {
      const entry = { ...common.local, ...own.local };
      return { details: mergedDetails(common.local, own.local), queryFor: (arch) => localQuery(entry, arch) };
    }
  }
}

/** Field by field, the version's own over the file's common one, also within `amd64` and `arm64`. */
function mergedDetails(common: EntryDetails | undefined, own: EntryDetails | undefined): EntryDetails {
  return { ...common, ...own, amd64: { ...common?.amd64, ...own?.amd64 }, arm64: { ...common?.arm64, ...own?.arm64 } };
}

function slugEntry(entry: CloudImages['linode']): Exclude<CloudImages['linode'], string> {
  return typeof entry === 'string' ? { slug: entry } : entry;
}

function imageOf(cloud: ImageCloud, arch: Arch, entry: MergedEntry, file: DistroFile, version: VersionEntry): DistroImage {
  const { details } = entry;
  const own = { ...details, ...details[arch] };
  const status = own.status ?? 'available';
  return {
    cloud,
    arch,
    status,
    query: status === 'none' || status === 'bring' ? null : entry.queryFor(arch),
    user: own.user ?? loginUserOn(cloud, version.user ?? file.user),
    init: own.init ?? file.init,
    sourceDate: own.sourceDate ?? file.sourceDate,
    confidence: own.confidence ?? 'high',
    notes: own.notes,
  };
}

type Entry<C extends 'aws' | 'gcp' | 'azure' | 'local'> = NonNullable<CloudImages[C]>;

function awsQuery(entry: Entry<'aws'>, arch: Arch): ImageQuery | null {
  const name = textFor(entry.name, arch);
  const namePattern = entry.owners === undefined ? null : name;
  const ssmParameter = textFor(entry.ssm, arch);
  if (namePattern === null && (ssmParameter === null || name !== null)) return null;
  return {
    cloud: 'aws',
    owners: entry.owners ?? [],
    namePattern,
    ssmParameter,
    marketplace: entry.marketplace ?? false,
    newestBy: entry.newestBy ?? 'date',
    includeDeprecated: entry.includeDeprecated ?? false,
  };
}

function gcpQuery(entry: Entry<'gcp'>, arch: Arch): ImageQuery | null {
  const family = textFor(entry.family, arch);
  const name = textFor(entry.name, arch);
  if (entry.project === undefined || (family === null && name === null)) return null;
  return { cloud: 'gcp', project: entry.project, family, name };
}

function azureQuery(entry: Entry<'azure'>, arch: Arch): ImageQuery | null {
  const generation = entry.generation ?? 'V2';
  const communityGallery = textFor(entry.gallery, arch);
  if (communityGallery !== null) return { cloud: 'azure', communityGallery, generation };
  const publisher = textFor(entry.publisher, arch);
  const offer = textFor(entry.offer, arch);
  const sku = textFor(entry.sku, arch);
  if (publisher === null || offer === null || sku === null) return null;
  const plan = entry.plan === true ? { name: sku, product: offer, publisher } : null;
  return { cloud: 'azure', publisher, offer, sku, version: entry.version ?? 'latest', generation, plan };
}

function localQuery(entry: Entry<'local'>, arch: Arch): ImageQuery | null {
  const url = textFor(entry.url, arch);
  if (url === null) return null;
  return {
    cloud: 'local',
    url,
    checksumUrl: textFor(entry.checksumUrl, arch),
    checksum: entry.checksum ?? null,
    format: entry.format ?? 'qcow2',
    firmware: entry.firmware ?? 'uefi or bios',
  };
}

const cpuNames: Readonly<Record<Arch, string>> = { amd64: 'x86_64', arm64: 'aarch64' };

function textFor(value: PerArch | undefined, arch: Arch): string | null {
  const text = typeof value === 'string' ? value : value?.[arch];
  return text?.replaceAll('{arch}', arch).replaceAll('{cpu}', cpuNames[arch]) ?? null;
}
