import { type Arch, arches, type InstanceType, tiers } from '../../../core/clouds.ts';
import { LabError } from '../../../core/errors.ts';
import { instanceTypesFor, namedInstanceType, type TypeCatalogue } from '../../../core/instance-choice.ts';
import type { CloudOption } from './data/clouds.ts';
import { valueOf } from './data/loaded.ts';
import { chosenClouds, chosenDistros, firstReason, hasImage, imagePinned, type Reason } from './possible.ts';
import { itemsOf } from './request.ts';
import type { WizardState } from './state.ts';

export function archReason(state: WizardState, wanted: string): Reason {
  const list = itemsOf(wanted);
  for (const cloud of chosenClouds(state)) {
    const without = imagePinned(state, cloud.id) ? undefined : chosenDistros(state).find((distro) => !hasImage(distro, cloud.id, list));
    if (without !== undefined) return `${cloud.id} has no ${list.join(' or ')} image of ${without.ref}`;
    if (!cloud.arm64 && list.every((arch) => arch === 'arm64')) return `${cloud.title} has no arm64 machines`;
  }
  return null;
}

/** The type that a size means on a cloud, or why there is none; null: not known yet. */
export function typeFor(state: WizardState, cloud: CloudOption, size: string): InstanceType | { readonly reason: string } | null {
  const sizes = valueOf(state.known.sizes[cloud.id], null);
  if (sizes === null) return null;
  const catalogue: TypeCatalogue = { id: cloud.id, title: cloud.title, instanceTypes: sizes, instanceTypePattern: cloud.typePattern };
  const tier = tiers.find((known) => known === size);
  const choose = (arch: Arch): InstanceType | undefined => (tier === undefined ? namedInstanceType(catalogue, size, arch) : instanceTypesFor(catalogue, tier, arch)[0]);
  let reason = `no type of ${cloud.title} fits`;
  for (const arch of arches.filter((known) => itemsOf(state.request.fields.arch).includes(known))) {
    try {
      const type = choose(arch);
      if (type !== undefined) return type;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      reason = error.problem.summary;
    }
  }
  return { reason };
}

/** The type that the request comes to on a cloud. */
export function chosenType(state: WizardState, cloud: CloudOption): ReturnType<typeof typeFor> {
  return typeFor(state, cloud, state.request.types[cloud.id] ?? state.request.fields.size);
}

export function sizeReason(state: WizardState, size: string): Reason {
  for (const cloud of chosenClouds(state)) {
    const type = typeFor(state, cloud, size);
    if (type !== null && 'reason' in type) return type.reason;
  }
  return null;
}

/** Why the machine as it stands cannot be made on the chosen clouds. */
export function machineReason(state: WizardState): Reason {
  const { fields } = state.request;
  const clouds = chosenClouds(state);
  const misfit = clouds.map((cloud) => {
    const type = chosenType(state, cloud);
    return type !== null && 'reason' in type ? type.reason : null;
  });
  return firstReason([archReason(state, fields.arch), ...misfit, networkReason(state, fields.network), diskTypeReason(state, fields.diskType)]);
}

export function networkReason(state: WizardState, network: string): Reason {
  const without = network === 'default' ? chosenClouds(state).find(({ defaultNetwork }) => !defaultNetwork) : undefined;
  return without === undefined ? null : `${without.title} has no default network`;
}

export function diskTypeReason(state: WizardState, type: string): Reason {
  const without = chosenClouds(state).find(({ diskTypes }) => !diskTypes.includes(type));
  return without === undefined ? null : `${without.title} has no root disk of type ${type}`;
}

export function spotReason(state: WizardState, spot: string): Reason {
  const clouds = chosenClouds(state);
  return spot === 'yes' && clouds.length > 0 && clouds.every((cloud) => !cloud.spot) ? `${clouds.map(({ title }) => title).join(' and ')} ${clouds.length === 1 ? 'has' : 'have'} no spot machines` : null;
}
