import { createHash } from 'node:crypto';
import type { Catalogue, CatalogueImage, CloudCatalogue } from '../../engine/catalogue.ts';
import { CloudError } from '../../engine/cloud-error.ts';

/** An image as a region has it. */
export interface Image {
  readonly id: string;
  readonly source: CatalogueImage;
  readonly ownerId: string;
  readonly ownerAlias: string | null;
  readonly location: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly rootDeviceName: string;
  readonly snapshotId: string;
  readonly rootSizeGb: number;
  readonly rootVolumeType: 'gp2' | 'gp3';
  readonly createdAt: string;
  /** EC2 gives every public image one, two years after its creation. */
  readonly deprecatedAtMs: number;
  /** null: not sold through the Marketplace. */
  readonly productCode: string | null;
}

const ownerAliases: Readonly<Record<string, string>> = { '137112412989': 'amazon', '679593333241': 'aws-marketplace' };
/** The others have /dev/sda1. */
const xvdaDistros: ReadonlySet<string> = new Set(['amazon-linux', 'debian', 'alpine', 'kali', 'flatcar', 'nixos', 'freebsd']);
const twoYearsMs = 2 * 365 * 86_400_000;

const byCatalogue = new WeakMap<CloudCatalogue, Map<string, readonly Image[]>>();

/** Every image of the region. Ids differ between regions, and stay the same in one. */
export function imagesIn(catalogue: Catalogue, region: string): readonly Image[] {
  const aws = catalogue.clouds.aws;
  if (aws === undefined) return [];
  const known = byCatalogue.get(aws) ?? new Map<string, readonly Image[]>();
  byCatalogue.set(aws, known);
  const images = known.get(region) ?? aws.images.flatMap((image) => imageIn(image, region));
  known.set(region, images);
  return images;
}

function imageIn(source: CatalogueImage, region: string): readonly Image[] {
  const { query, name } = source;
  if (query.cloud !== 'aws') return [];
  const [ownerId = ''] = query.owners;
  const digits = createHash('sha256').update(`${region} ${ownerId} ${name}`).digest('hex').slice(0, 17);
  return [
    {
      id: `ami-${digits}`,
      source,
      ownerId,
      ownerAlias: ownerAliases[ownerId] ?? null,
      location: `${ownerAliases[ownerId] ?? ownerId}/${name}`,
      architecture: source.arch === 'arm64' ? 'arm64' : 'x86_64',
      rootDeviceName: xvdaDistros.has(source.system.distro) ? '/dev/xvda' : '/dev/sda1',
      snapshotId: `snap-${digits}`,
      rootSizeGb: source.minDiskGb,
      rootVolumeType: /gp3/i.test(name) ? 'gp3' : 'gp2',
      createdAt: new Date(source.createdAt).toISOString(),
      deprecatedAtMs: Date.parse(source.createdAt) + twoYearsMs,
      productCode: query.marketplace ? digits.slice(0, 25) : null,
    },
  ];
}

/** Throws what EC2 says of an image that is not in the region. */
export function getImage(catalogue: Catalogue, region: string, id: string): Image {
  if (!/^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
    throw new CloudError('InvalidAMIID.Malformed', `Invalid id: "${id}"${id.startsWith('ami-') ? '' : ' (expecting "ami-...")'}`);
  }
  const image = imagesIn(catalogue, region).find((each) => each.id === id);
  if (image === undefined) throw imageNotFound(id);
  return image;
}

export function imageNotFound(id: string): CloudError {
  return new CloudError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
}
