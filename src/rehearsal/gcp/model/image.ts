import type { CatalogueImage } from '../../engine/catalogue.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { WorldView } from '../../engine/world.ts';
import { globalId, lastName, relative, selfLink } from './names.ts';
import { projectNumber, timestamp } from './numeric-id.ts';

/** An image of a public project, as Compute Engine names it. */
export interface PublicImage {
  readonly id: string;
  readonly project: string;
  readonly family: string | null;
  readonly image: CatalogueImage;
}

/** The public images of the world's catalogue: `debian-cloud`, `ubuntu-os-cloud`, `rocky-linux-cloud`, ... */
export function publicImages(view: WorldView): readonly PublicImage[] {
  return (view.catalogue.clouds.gcp?.images ?? []).flatMap((image) => {
    if (image.query.cloud !== 'gcp') return [];
    const { project, family } = image.query;
    return [{ id: globalId(project, 'images', image.name), project, family, image }];
  });
}

const newest = (images: readonly PublicImage[]): PublicImage | null =>
  images.reduce<PublicImage | null>((best, image) => (best === null || image.image.createdAt > best.image.createdAt ? image : best), null);

/** The newest image of a family; null: the family is empty. */
export const imageOfFamily = (view: WorldView, project: string, family: string): PublicImage | null =>
  newest(publicImages(view).filter((image) => image.project === project && image.family === family));

/** An image by `projects/p/global/images/n` or `.../images/family/f`, or a link to one; null: there is none. */
export function findImage(view: WorldView, reference: string): PublicImage | null {
  const path = relative(reference);
  const family = /^projects\/([^/]+)\/global\/images\/family\/([^/]+)$/.exec(path);
  if (family !== null) return imageOfFamily(view, family[1] ?? '', family[2] ?? '');
  return publicImages(view).find((image) => image.id === path) ?? null;
}

// Projects where the provider and gcloud look for a family or an image that is given without one, by the word it begins with.
const wellKnown: readonly (readonly [prefix: string, project: string])[] = [
  ['centos', 'centos-cloud'],
  ['debian', 'debian-cloud'],
  ['fedora-coreos', 'fedora-coreos-cloud'],
  ['fedora-cloud', 'fedora-cloud'],
  ['opensuse', 'opensuse-cloud'],
  ['rhel', 'rhel-cloud'],
  ['rocky', 'rocky-linux-cloud'],
  ['sles', 'suse-cloud'],
  ['ubuntu', 'ubuntu-os-cloud'],
  ['almalinux', 'almalinux-cloud'],
  ['oracle-linux', 'oracle-linux-cloud'],
];

/** What `image`, `project/image` or a bare family or name means to the provider: an image, the family first. */
export function imageByShortName(view: WorldView, reference: string): PublicImage | null {
  const [first = '', second] = reference.split('/');
  const name = second ?? first;
  const project = second === undefined ? wellKnown.find(([prefix]) => name.startsWith(prefix))?.[1] : first;
  if (project === undefined) return null;
  return findImage(view, globalId(project, 'images', name)) ?? imageOfFamily(view, project, name);
}

/** A 64-bit number for an image, made from its id. */
const imageNumber = (id: string): string => `2${projectNumber(id)}${projectNumber(lastName(id))}`.slice(0, 19);

/** The image as the API shows it. */
export function imageView({ id, family, image, project }: PublicImage): JsonObject {
  const arm = image.arch === 'arm64';
  return {
    kind: 'compute#image',
    id: imageNumber(id),
    name: image.name,
    ...(family === null ? {} : { family }),
    description: `${image.system.title} (simulated)`,
    selfLink: selfLink(id),
    status: 'READY',
    sourceType: 'RAW',
    architecture: arm ? 'ARM64' : 'X86_64',
    diskSizeGb: String(image.minDiskGb),
    archiveSizeBytes: String(image.minDiskGb * 100_000_000),
    creationTimestamp: timestamp(Date.parse(image.createdAt)),
    labelFingerprint: '42WmSpB8rSM=',
    licenses: [selfLink(globalId(project, 'images', image.name).replace(/\/images\/.*$/, `/licenses/${family ?? image.name}`))],
    guestOsFeatures: [{ type: 'UEFI_COMPATIBLE' }, { type: 'VIRTIO_SCSI_MULTIQUEUE' }, { type: 'GVNIC' }],
    storageLocations: ['us', 'eu', 'asia'],
  };
}
