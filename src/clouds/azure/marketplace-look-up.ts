import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { StackPlan } from '../../core/plan.ts';
import { apiVersion } from './api-versions.ts';
import { type ArmClient, isMissing } from './arm-client.ts';
import { describedImage, type FoundImage, highestVersion, noImage, traitsOf, usualDiskGb } from './found-image.ts';
import { type ImageSource, urnOf } from './image-source.ts';

type Urn = Extract<ImageSource, { readonly kind: 'marketplace' }>;

/** Marketplace lists are plain arrays. */
const versions = z.array(z.object({ name: z.string() }));
const version = z.object({
  properties: describedImage.extend({
    plan: z.object({ name: z.string(), product: z.string(), publisher: z.string() }).nullish(),
    osDiskImage: z.object({ sizeInGb: z.number().nullish(), sizeInBytes: z.number().nullish() }).nullish(),
    imageDeprecationStatus: z.object({ imageState: z.string().default('Active'), scheduledDeprecationTime: z.string().nullish() }).nullish(),
  }),
});

/** An image of the marketplace at its exact version: `latest` becomes the newest that the region has. Rejects with kind image. */
export async function lookUpMarketplaceImage(arm: ArmClient, subscription: string, plan: StackPlan, region: string, urn: Urn, emit: Emit): Promise<FoundImage> {
  const path =
    `/subscriptions/${subscription}/providers/Microsoft.Compute/locations/${region}/publishers/${urn.publisher}` +
    `/artifacttypes/vmimage/offers/${urn.offer}/skus/${urn.sku}/versions`;
  try {
    const exact = urn.version === 'latest' ? highestVersion((await arm.get(path, apiVersion.compute, versions)).map(({ name }) => name)) : urn.version;
    if (exact === null) throw noImage(plan, region, urnOf(urn));
    const { properties } = await arm.get(`${path}/${exact}`, apiVersion.compute, version);
    warnIfDeprecated(properties.imageDeprecationStatus, urnOf({ ...urn, version: exact }), emit);
    return {
      ...traitsOf(properties),
      image: {
        id: urnOf({ ...urn, version: exact }),
        name: null,
        owner: urn.publisher,
        minDiskGb: diskGb(properties.osDiskImage),
        createdAt: null,
        ...(properties.plan ? { purchasePlan: properties.plan, notes: 'sold through Azure Marketplace: its terms must be accepted once for the subscription' } : {}),
      },
    };
  } catch (error) {
    if (isMissing(error)) throw noImage(plan, region, urnOf(urn));
    throw error;
  }
}

/** In bytes it is exact, but for a VHD's footer; in GB it is rounded up. */
function diskGb(disk: z.output<typeof version>['properties']['osDiskImage']): number {
  const bytes = disk?.sizeInBytes ?? 0;
  return bytes > 0 ? Math.floor(bytes / 2 ** 30) : (disk?.sizeInGb ?? usualDiskGb);
}

function warnIfDeprecated(status: z.output<typeof version>['properties']['imageDeprecationStatus'], urn: string, emit: Emit): void {
  if (!status || status.imageState === 'Active') return;
  const when = status.scheduledDeprecationTime?.slice(0, 10);
  emit({ type: 'log', level: 'warn', message: `the image ${urn} is ${status.imageState === 'Deprecated' ? 'deprecated' : `to be deprecated${when ? ` on ${when}` : ''}`}` });
}

const agreement = z.object({ properties: z.object({ accepted: z.boolean().default(false), licenseTextLink: z.string().nullish() }) });

/** Rejects with kind terms where the image is sold under terms that nobody has accepted for the subscription; what cannot be read passes. */
export async function checkTerms(arm: ArmClient, subscription: string, { image }: FoundImage): Promise<void> {
  const { purchasePlan: plan } = image;
  if (plan === undefined) return;
  const path =
    `/subscriptions/${subscription}/providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine` +
    `/publishers/${plan.publisher}/offers/${plan.product}/plans/${plan.name}/agreements/current`;
  const found = await arm.get(path, apiVersion.marketplace, agreement).catch((error: unknown) => {
    if (error instanceof LabError && error.problem.kind !== 'credentials' && error.problem.kind !== 'network') return null;
    throw error;
  });
  if (found === null || found.properties.accepted) return;
  const { licenseTextLink: terms } = found.properties;
  throw new LabError({
    kind: 'terms',
    summary: `the terms of ${image.id} must be accepted once for the subscription`,
    hint: image.id.startsWith('/')
      ? `az vm image terms accept --publisher ${plan.publisher} --offer ${plan.product} --plan ${plan.name}`
      : `az vm image terms accept --urn ${image.id}`,
    detail: terms ? `they are at ${terms}` : undefined,
  });
}
