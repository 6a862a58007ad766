import type { Arch, CloudFacts, CloudId } from '../../core/clouds.ts';
import type { Distro, DistroCatalogue, DistroImage, DistroVersion } from '../../core/distro.ts';
import { imageEditions } from './image-editions.ts';
import type { Catalogue, CatalogueImage, CatalogueType, CloudCatalogue } from './catalogue.ts';

/** What a cloud's simulation adds to the facts about it. */
export interface CloudOffer {
  /** As the cloud writes them. Zones differ between accounts and over the years; these are the usual ones. */
  zonesOf(region: string): readonly string[];
  /** Sizes as publishers usually choose them for their root disks there; an image's own is not in the catalogue. */
  readonly rootDiskGb: { readonly usual: number; readonly large: number };
}

export interface OfferedCloud {
  readonly facts: CloudFacts;
  readonly offer: CloudOffer;
}

/**
 * What the simulated clouds offer, out of labtui's own catalogue: regions, zones, types with a known shape, and an image for
 * every version and architecture of a distro that can be looked up there. Pure; the same input gives the same catalogue.
 */
export function buildCatalogue({ clouds, distros }: { readonly clouds: readonly OfferedCloud[]; readonly distros: DistroCatalogue }): Catalogue {
  const known = distros.names.flatMap((name) => distros.find(name) ?? []);
  const each = [...new Map(known.map((distro) => [distro.name, distro])).values()];
  return { clouds: Object.fromEntries(clouds.map((cloud) => [cloud.facts.id, ofCloud(cloud, each)])) };
}

function ofCloud({ facts, offer }: OfferedCloud, distros: readonly Distro[]): CloudCatalogue {
  const { id, regions, instanceTypes } = facts;
  const images = distros.flatMap((distro) => distro.versions.flatMap((version) => imagesOf(id, offer, distro, version)));
  return {
    regions: regions.filter(({ usable }) => usable).map((region) => ({ id: region.id, name: region.name, zones: offer.zonesOf(region.id) })),
    instanceTypes: [...new Map(instanceTypes.map((type) => [type.type, type])).values()].flatMap(({ type, arch, vcpu, memoryGb, hourlyPrice }): CatalogueType[] =>
      vcpu === null || memoryGb === null ? [] : [{ type, arch, vcpu, memoryGb, hourlyPrice }],
    ),
    images: [...new Map(images.map((image) => [`${image.name} ${image.arch}`, image])).values()],
    prices: facts.prices.filter(({ currency }) => currency === 'USD').map(({ item, amount }) => ({ item, amount })),
  };
}

/** Distributions whose images have the larger root disks. */
const large: ReadonlySet<string> = new Set(['rhel', 'rocky', 'almalinux', 'oracle-linux', 'centos-stream']);

function imagesOf(cloud: CloudId, offer: CloudOffer, distro: Distro, version: DistroVersion): readonly CatalogueImage[] {
  return version.images
    .filter((image) => image.cloud === cloud && image.status !== 'bring' && image.status !== 'none')
    .flatMap((image) => editionsOf(image, offer, distro, version));
}

function editionsOf(image: DistroImage, { rootDiskGb }: CloudOffer, distro: Distro, version: DistroVersion): readonly CatalogueImage[] {
  const { query, arch, init } = image;
  if (query === null) return [];
  return imageEditions(query, nameWithout(distro, version, arch)).map(({ name, createdAt }) => ({
    name,
    query,
    arch,
    system: { distro: distro.name, version: version.version, title: distro.title, init, serviceManager: version.serviceManager },
    defaultUser: image.user ?? version.defaultUser,
    minDiskGb: large.has(distro.name) ? rootDiskGb.large : rootDiskGb.usual,
    createdAt,
  }));
}

/** Where the catalogue knows a way to an image, but no name. */
function nameWithout({ name }: Distro, { version }: DistroVersion, arch: Arch): string {
  return `${name}-${version}-${arch}`;
}
