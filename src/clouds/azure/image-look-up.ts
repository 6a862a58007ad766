import { invalidInput, LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { StackPlan } from '../../core/plan.ts';
import type { ArmClient } from './arm-client.ts';
import type { FoundImage } from './found-image.ts';
import { lookUpImageById } from './gallery-look-up.ts';
import { type ImageSource, readImageSource } from './image-source.ts';
import { checkTerms, lookUpMarketplaceImage } from './marketplace-look-up.ts';

/**
 * The image a stack starts from, at its exact version: the profile's own or the one that the distro's query names, its terms
 * checked. Rejects with kind image when there is none, terms when they are not accepted, invalid-input when it is for another architecture.
 */
export async function lookUpImage(arm: ArmClient, subscription: string, plan: StackPlan, region: string, emit: Emit): Promise<FoundImage> {
  const source = sourceOf(plan);
  const found =
    source.kind === 'id'
      ? await lookUpImageById(arm, subscription, plan, region, source.id)
      : await lookUpMarketplaceImage(arm, subscription, plan, region, source, emit);
  if (found.arch !== null && found.arch !== plan.arch) {
    throw invalidInput(`the image ${found.image.id} is for ${found.arch}, not ${plan.arch}`, `--arch ${found.arch}, or another --image`);
  }
  await checkTerms(arm, subscription, found);
  return found;
}

function sourceOf(plan: StackPlan): ImageSource {
  if (plan.imagePin !== null) {
    const pinned = readImageSource(plan.imagePin);
    if (pinned !== null) return pinned;
    throw invalidInput(`"${plan.imagePin}" is no image of Azure's`, '--image publisher:offer:sku:version, such as Debian:debian-12:12-gen2:latest, or the id of one of your own');
  }
  const { imageQuery: query } = plan;
  if (query?.cloud !== 'azure') {
    throw new LabError({
      kind: 'image',
      summary: `no image of ${plan.distro.title} ${plan.distro.version} can be looked up on Azure: the distro has none there`,
      hint: 'bring your own: --image publisher:offer:sku:version, or the id of an image',
    });
  }
  if ('communityGallery' in query) return { kind: 'id', id: query.communityGallery };
  const { publisher, offer, sku, version } = query;
  return { kind: 'marketplace', publisher, offer, sku, version };
}
