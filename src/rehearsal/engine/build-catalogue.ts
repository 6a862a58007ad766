import type { Arch, CloudFacts, CloudId } from '../../core/clouds.ts';
import type { Distro, DistroCatalogue, DistroImage, DistroVersion } from '../../core/distro.ts';
import { imageEditions } from './image-editions.ts';
import type { Catalogue, CatalogueImage, CatalogueType, CloudCatalogue } from './catalogue.ts';

/**
 * What the simulated clouds offer, out of labtui's own catalogue: regions, zones, types with a known shape, and an image for
 * every version and architecture of a distro that can be looked up there. Pure; the same input gives the same catalogue.
 */
export function buildCatalogue({ facts, distros }: { readonly facts: readonly CloudFacts[]; readonly distros: DistroCatalogue }): Catalogue {
  const known = distros.names.flatMap((name) => distros.find(name) ?? []);
  const each = [...new Map(known.map((distro) => [distro.name, distro])).values()];
  return { clouds: Object.fromEntries(facts.map((cloud) => [cloud.id, ofCloud(cloud, each)])) };
}

function ofCloud({ id, regions, instanceTypes }: CloudFacts, distros: readonly Distro[]): CloudCatalogue {
  const images = distros.flatMap((distro) => distro.versions.flatMap((version) => imagesOf(id, distro, version)));
  return {
    regions: regions.filter(({ usable }) => usable).map((region) => ({ id: region.id, name: region.name, zones: zonesOf(id, region.id) })),
    instanceTypes: [...new Map(instanceTypes.map((type) => [type.type, type])).values()].flatMap(({ type, arch, vcpu, memoryGb, hourlyPrice }): CatalogueType[] =>
      vcpu === null || memoryGb === null ? [] : [{ type, arch, vcpu, memoryGb, hourlyPrice }],
    ),
    images: [...new Map(images.map((image) => [`${image.name} ${image.arch}`, image])).values()],
  };
}

// compute/docs/regions-zones of Google's documentation: three zones a region, of which a few lack the letter a.
const gcpLetters: Readonly<Record<string, readonly string[]>> = {
  'us-central1': ['a', 'b', 'c', 'f'],
  'us-east1': ['b', 'c', 'd'],
  'europe-west1': ['b', 'c', 'd'],
};

/** As the cloud writes them. Zones differ between accounts and over the years; these are the usual ones. */
function zonesOf(cloud: CloudId, region: string): readonly string[] {
  if (cloud === 'aws') return ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
  if (cloud === 'gcp') return (gcpLetters[region] ?? ['a', 'b', 'c']).map((letter) => `${region}-${letter}`);
  return cloud === 'azure' ? ['1', '2', '3'] : [];
}

function imagesOf(cloud: CloudId, distro: Distro, version: DistroVersion): readonly CatalogueImage[] {
  return version.images
    .filter((image) => image.cloud === cloud && image.status !== 'bring' && image.status !== 'none')
    .flatMap((image) => editionsOf(image, distro, version));
}

function editionsOf(image: DistroImage, distro: Distro, version: DistroVersion): readonly CatalogueImage[] {
  const { query, arch, init, cloud } = image;
  if (query === null) return [];
  return imageEditions(query, nameWithout(distro, version, arch)).map(({ name, createdAt }) => ({
    name,
    query,
    arch,
    system: { distro: distro.name, version: version.version, title: distro.title, init, serviceManager: version.serviceManager },
    defaultUser: image.user ?? version.defaultUser,
    minDiskGb: leastDiskGb(cloud, distro.name),
    createdAt,
  }));
}

/** Where the catalogue knows a way to an image, but no name. */
function nameWithout({ name }: Distro, { version }: DistroVersion, arch: Arch): string {
  return `${name}-${version}-${arch}`;
}

/** Sizes as publishers usually choose them for their root disks; an image's own is not in the catalogue. */
function leastDiskGb(cloud: CloudId, distro: string): number {
  const isLarge = ['rhel', 'rocky', 'almalinux', 'oracle-linux', 'centos-stream'].includes(distro);
  if (cloud === 'azure') return isLarge ? 64 : 30;
  if (cloud === 'gcp') return isLarge ? 20 : 10;
  return isLarge ? 10 : 8;
}
