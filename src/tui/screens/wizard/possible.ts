import { arches } from '../../../core/clouds.ts';
import type { CloudOption } from './data/clouds.ts';
import { type DistroOption, distroOf } from './data/distros.ts';
import { valueOf } from './data/loaded.ts';
import { cloudsOf } from './request.ts';
import type { WizardState } from './state.ts';

/** Why a thing cannot be chosen; null: it can. */
export type Reason = string | null;

export function distroChoices({ known }: WizardState): readonly DistroOption[] {
  return valueOf(known.distros, []);
}

export function cloudChoices({ known }: WizardState): readonly CloudOption[] {
  return valueOf(known.clouds, []);
}

/** The chosen distributions that the catalogue knows. */
export function chosenDistros(state: WizardState): readonly DistroOption[] {
  return state.request.distros.flatMap((ref) => distroOf(distroChoices(state), ref) ?? []);
}

/** The chosen clouds, each once. */
export function chosenClouds(state: WizardState): readonly CloudOption[] {
  const ids = cloudsOf(state.request);
  return cloudChoices(state).filter(({ id }) => ids.includes(id));
}

/** Clouds that a lab could be on as things stand, whatever the credentials. */
function openClouds(state: WizardState): readonly CloudOption[] {
  return cloudChoices(state).filter(({ apply, simulated }) => (state.request.rehearse ? simulated : apply));
}

export function hasImage(distro: DistroOption, cloud: string, wanted: readonly string[] = arches): boolean {
  return distro.images.some((image) => image.cloud === cloud && image.findable && wanted.includes(image.arch));
}

/** The clouds that have an image of it, by the catalogue. */
export function cloudsWith(distro: DistroOption): readonly string[] {
  return [...new Set(distro.images.filter(({ findable }) => findable).map(({ cloud }) => cloud))];
}

export function distroReason(state: WizardState, distro: DistroOption): Reason {
  if (state.known.clouds.is !== 'known') return null;
  const open = openClouds(state);
  if (open.some(({ id }) => hasImage(distro, id))) return null;
  const bring = distro.images.some(({ status }) => status === 'bring');
  const elsewhere = cloudsWith(distro);
  if (elsewhere.length > 0) return `only on ${elsewhere.join(', ')}: ${state.request.rehearse ? 'no simulation of these' : 'labtui cannot create machines there yet'}`;
  return bring ? 'only with an image of your own (--image)' : 'no image that labtui can find';
}

export function cloudReason(state: WizardState, cloud: CloudOption): Reason {
  const { request, base, known } = state;
  if (!cloud.apply) return 'labtui cannot create there yet';
  if (request.rehearse && !cloud.simulated) return 'there is no simulation of it';
  if (base.pinnedImages === null && sameDistro(state) && !cloudsOf(base.request).includes(cloud.id)) return 'the profile names an image of another cloud';
  if (!imagePinned(state, cloud.id)) {
    const without = chosenDistros(state).find((distro) => !hasImage(distro, cloud.id));
    if (without !== undefined) return `no image of ${without.ref}; it is on ${cloudsWith(without).join(', ') || 'no cloud'}`;
  }
  const identity = known.identities[cloud.id];
  return !request.rehearse && identity?.is === 'missing' ? identity.trouble.summary : null;
}

/** The profile names the image itself, and the distribution is still its own. */
export function imagePinned(state: WizardState, cloud: string): boolean {
  const { pinnedImages } = state.base;
  return sameDistro(state) && (pinnedImages === null || pinnedImages.includes(cloud));
}

function sameDistro({ request, base }: WizardState): boolean {
  return request.distros.join() === base.request.distros.join();
}

export function firstReason(reasons: readonly Reason[]): Reason {
  return reasons.find((reason) => reason !== null) ?? null;
}

export function withName(cloud: string, reason: Reason): Reason {
  return reason === null ? null : `${cloud}: ${reason}`;
}
