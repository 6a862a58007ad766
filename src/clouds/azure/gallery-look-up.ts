import * as z from 'zod';
import { invalidInput, LabError } from '../../core/errors.ts';
import type { StackPlan } from '../../core/plan.ts';
import { apiVersion } from './api-versions.ts';
import { type ArmClient, isMissing } from './arm-client.ts';
import { readArmId, sameText, typeOf } from './arm-id.ts';
import { describedImage, type FoundImage, highestVersion, noImage, traitsOf, usualDiskGb } from './found-image.ts';
import { locationName } from './names.ts';

const purchasePlan = z.object({ name: z.string(), product: z.string(), publisher: z.string() });
const definition = z.object({ properties: describedImage.extend({ purchasePlan: purchasePlan.nullish() }) });
/** Galleries of one's own keep in `publishingProfile` what the community's have beside it, and count GB under another name. */
const publishing = z.object({ excludeFromLatest: z.boolean().nullish(), publishedDate: z.string().nullish(), targetRegions: z.array(z.object({ name: z.string() })).nullish() });
const osDiskImage = z.object({ diskSizeGB: z.number().nullish(), sizeInGB: z.number().nullish() });
const version = z.object({
  name: z.string(),
  properties: publishing.extend({ publishingProfile: publishing.nullish(), storageProfile: z.object({ osDiskImage: osDiskImage.nullish() }).nullish() }),
});
type Version = z.output<typeof version>;

const ownImage = z.object({
  location: z.string().default(''),
  properties: z.object({
    hyperVGeneration: z.string().nullish(),
    storageProfile: z.object({ osDisk: z.object({ diskSizeGB: z.number().nullish() }).nullish() }).nullish(),
  }),
});

/**
 * An image by its id, at its exact version: of a community's or shared gallery, of a gallery of one's own, or an image resource.
 * Rejects with kind image where the region does not have it, invalid-input for ids of anything else.
 */
export async function lookUpImageById(arm: ArmClient, subscription: string, plan: StackPlan, region: string, id: string): Promise<FoundImage> {
  try {
    return await found(arm, subscription, plan, region, id);
  } catch (error) {
    if (isMissing(error)) throw noImage(plan, region, id);
    throw error;
  }
}

async function found(arm: ArmClient, subscription: string, plan: StackPlan, region: string, id: string): Promise<FoundImage> {
  const [, kind, gallery, name, wanted = 'latest'] = /^\/(communityGalleries|sharedGalleries)\/([^/]+)\/images\/([^/]+)(?:\/versions\/([^/]+))?$/i.exec(id) ?? [];
  if (kind !== undefined && gallery !== undefined && name !== undefined) {
    const path = `/subscriptions/${subscription}/providers/Microsoft.Compute/locations/${region}/${kind}/${gallery}/images/${name}`;
    const short = `/${sameText(kind, 'communityGalleries') ? 'communityGalleries' : 'sharedGalleries'}/${gallery}/images/${name}`;
    return inGallery(arm, { path, id: short, wanted, owner: gallery, plan, region });
  }
  const own = readArmId(id);
  const type = own === null ? '' : typeOf(own).toLowerCase();
  if (own !== null && type === 'microsoft.compute/images') return imageResource(arm, id, plan, region);
  if (own !== null && /^microsoft\.compute\/galleries\/images(?:\/versions)?$/.test(type)) {
    const path = id.replace(/\/versions\/[^/]+$/i, '');
    return inGallery(arm, { path, id: path, wanted: own.names[2] ?? 'latest', owner: own.names[0] ?? null, plan, region });
  }
  throw invalidInput(`"${id}" is no image of Azure's`, '--image publisher:offer:sku:version, a gallery image or an image resource by its id');
}

interface GalleryImage {
  readonly path: string;
  readonly id: string;
  readonly wanted: string;
  readonly owner: string | null;
  readonly plan: StackPlan;
  readonly region: string;
}

async function inGallery(arm: ArmClient, { path, id, wanted, owner, plan, region }: GalleryImage): Promise<FoundImage> {
  const [{ properties }, exact] = await Promise.all([
    arm.get(path, apiVersion.galleries, definition),
    wanted === 'latest' ? latest(arm, path, region) : Promise.resolve(wanted),
  ]);
  if (exact === null) throw noImage(plan, region, id);
  const chosen = await arm.get(`${path}/versions/${exact}`, apiVersion.galleries, version);
  const disk = chosen.properties.storageProfile?.osDiskImage;
  return {
    ...traitsOf(properties),
    image: {
      id: `${id}/versions/${exact}`,
      name: null,
      owner,
      minDiskGb: disk?.diskSizeGB ?? disk?.sizeInGB ?? usualDiskGb,
      createdAt: published(chosen).publishedDate ?? null,
      ...(properties.purchasePlan ? { purchasePlan: properties.purchasePlan } : {}),
    },
  };
}

async function latest(arm: ArmClient, path: string, region: string): Promise<string | null> {
  const all = await arm.list(`${path}/versions`, apiVersion.galleries, version);
  const usable = all.filter((one) => published(one).excludeFromLatest !== true && isIn(one, region));
  return highestVersion(usable.map(({ name }) => name));
}

function isIn(one: Version, region: string): boolean {
  const regions = published(one).targetRegions ?? null;
  return regions === null || regions.some(({ name }) => locationName(name) === region);
}

function published({ properties }: Version): z.output<typeof publishing> {
  return properties.publishingProfile ?? properties;
}

async function imageResource(arm: ArmClient, id: string, plan: StackPlan, region: string): Promise<FoundImage> {
  const { location, properties } = await arm.get(id, apiVersion.compute, ownImage);
  if (locationName(location) !== region) {
    throw new LabError({ kind: 'image', summary: `the image ${id} is in ${locationName(location)}, not in ${region}`, hint: `--region ${locationName(location)}` });
  }
  return {
    // An image resource says nothing of its architecture.
    ...traitsOf({ hyperVGeneration: properties.hyperVGeneration }),
    arch: plan.arch,
    image: { id, name: null, owner: null, minDiskGb: properties.storageProfile?.osDisk?.diskSizeGB ?? usualDiskGb, createdAt: null },
  };
}
