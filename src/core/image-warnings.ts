import type { CloudId } from './clouds.ts';
import type { Distro, DistroImage, DistroVersion } from './distro.ts';
import type { Problem } from './errors.ts';

/**
 * What a user should know before agreeing to an image: the version's end of life, judged by `today`, and an image that is a
 * community's, no longer maintained or not confirmed lately. `image` null: the user's own, of which nothing is known.
 */
export function imageWarnings(
  choice: { readonly distro: Distro; readonly version: DistroVersion },
  cloud: CloudId,
  image: DistroImage | null,
  today: Date,
): readonly Problem[] {
  const label = `${choice.distro.name}@${choice.version.version}`;
  const { endOfLife } = choice.version;
  const ended = endOfLife !== null && today.toISOString().slice(0, 10) > endOfLife;
  const warnings: Problem[] = [];
  if (ended) {
    const latest = choice.distro.versions.find((version) => version.latestEligible);
    warnings.push({
      kind: 'image',
      summary: `${label} is past its end of life (${endOfLife}): no more security updates`,
      hint: latest === undefined || latest === choice.version ? undefined : `newest: --distro ${choice.distro.name}@${latest.version}`,
    });
  }
  const said = image === null || (ended && image.status === 'eol') ? null : sayingOf(image);
  if (said !== null) {
    warnings.push({ kind: 'image', summary: `the image of ${label} on ${cloud} (${image?.arch}) ${said}`, detail: image?.notes });
  }
  return warnings;
}

function sayingOf(image: DistroImage): string | null {
  switch (image.status) {
    case 'community':
      return "is a community's, not the distribution's own";
    case 'stale':
    case 'eol':
      return 'is no longer maintained';
    case 'unverified':
      return `was not confirmed lately (as of ${image.sourceDate})`;
    case 'available':
    case 'bring':
    case 'none':
      return null;
  }
}
