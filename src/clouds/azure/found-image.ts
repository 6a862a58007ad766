import * as z from 'zod';
import type { Arch } from '../../core/clouds.ts';
import { LabError } from '../../core/errors.ts';
import type { PinnedImage, StackPlan } from '../../core/plan.ts';

/** An image with what decides on where it starts. */
export interface FoundImage {
  readonly image: PinnedImage;
  /** `V1`, `V2`; null: not known. */
  readonly generation: string | null;
  readonly arch: Arch | null;
  readonly trustedLaunch: boolean;
  /** null: it does not say. */
  readonly nvme: boolean | null;
}

const feature = z.object({ name: z.string().default(''), value: z.string().default('') });

/** What marketplace and galleries say of an image in the same words. */
export const describedImage = z.object({
  hyperVGeneration: z.string().nullish(),
  architecture: z.string().nullish(),
  features: z.array(feature).nullish(),
});

/** Reads `describedImage`. */
export function traitsOf({ hyperVGeneration, architecture, features }: z.output<typeof describedImage>): Omit<FoundImage, 'image'> {
  const has = new Map((features ?? []).map(({ name, value }) => [name.toLowerCase(), value]));
  const controllers = has.get('diskcontrollertypes');
  return {
    generation: hyperVGeneration?.toUpperCase() ?? null,
    arch: architecture ? (/^arm64$/i.test(architecture) ? 'arm64' : 'amd64') : null,
    // TrustedLaunch, TrustedLaunchSupported, TrustedLaunchAndConfidentialVmSupported
    trustedLaunch: /^TrustedLaunch/i.test(has.get('securitytype') ?? ''),
    nvme: controllers === undefined ? null : /nvme/i.test(controllers),
  };
}

const naturalOrder = new Intl.Collator('en', { numeric: true });

/** The highest of versions such as `1.2.20260131`; null where there is none. */
export function highestVersion(versions: readonly string[]): string | null {
  return [...versions].sort(naturalOrder.compare).at(-1) ?? null;
}

/** Root disks of Linux images have this size, but for a few that say so. */
export const usualDiskGb = 30;

export function noImage(plan: StackPlan, region: string, asked: string): LabError {
  if (plan.imagePin !== null) {
    return new LabError({ kind: 'image', summary: `the image ${asked} was not found in ${region}`, hint: 'another region (--region); leave out --image for the newest' });
  }
  return new LabError({
    kind: 'image',
    summary: `no image of ${plan.distro.title} ${plan.distro.version} (${plan.arch}) was found in ${region}`,
    hint: 'another region (--region), or your own: --image publisher:offer:sku:version',
    detail: `asked: ${asked}`,
  });
}
