import { tiers } from '../../../core/clouds.ts';
import type { DistroOption } from './data/distros.ts';
import { valueOf } from './data/loaded.ts';
import type { ProfileOption } from './data/profiles.ts';
import type { RegionOption } from './data/regions.ts';
import { chosenClouds, cloudChoices, distroChoices } from './possible.ts';
import type { FieldId } from './request.ts';
import type { WizardState } from './state.ts';

/** The distributions that fit what is searched for: each word occurs in name, title, version, codename or clouds. */
export function distroRows(state: WizardState): readonly DistroOption[] {
  const words = state.filter.toLowerCase().split(/[\s@]+/).filter(Boolean);
  return distroChoices(state).filter(({ ref, title, codename, images }) => {
    const text = `${ref} ${title} ${codename ?? ''} ${images.filter(({ findable }) => findable).map(({ cloud, arch }) => `${cloud} ${arch}`).join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** One line of the step `size`. */
export type SizeRow =
  | { readonly kind: 'size'; readonly size: string }
  | { readonly kind: 'type'; readonly cloud: string }
  | { readonly kind: 'field'; readonly field: FieldId }
  | { readonly kind: 'advanced' };

const plainFields: readonly FieldId[] = ['arch', 'ttl'];
const moreFields: readonly FieldId[] = ['name', 'count', 'disk', 'diskType', 'spot', 'maxPrice', 'network', 'userData', 'tags', 'allowFrom'];

/** What is behind `more settings`: with what only a machine on this computer has, where there is to be one. */
export function advancedFields(state: WizardState): readonly FieldId[] {
  return chosenClouds(state).some(({ onThisComputer }) => onThisComputer) ? [...moreFields, 'forward', 'share'] : moreFields;
}

export function sizeRows(state: WizardState): readonly SizeRow[] {
  const { size } = state.base.request.fields;
  // A profile may have a cloud's own type as its size.
  const sizes = tiers.some((tier) => tier === size) ? tiers : [...tiers, size];
  return [
    ...sizes.map((each): SizeRow => ({ kind: 'size', size: each })),
    ...chosenClouds(state).map(({ id }): SizeRow => ({ kind: 'type', cloud: id })),
    ...plainFields.map((field): SizeRow => ({ kind: 'field', field })),
    { kind: 'advanced' },
    ...(state.advanced ? advancedFields(state).map((field): SizeRow => ({ kind: 'field', field })) : []),
  ];
}

/** `auto`, then the regions that fit what is searched for: the nearest first as far as measured, then by name. */
export function regionRows(state: WizardState, cloud: string): readonly (RegionOption | 'auto')[] {
  const latencies = valueOf(state.known.latencies[cloud], new Map<string, number>());
  const far = ({ id }: RegionOption): number => latencies.get(id) ?? Infinity;
  const wanted = state.filter.toLowerCase();
  const regions = valueOf(state.known.regions[cloud], [])
    .filter(({ id, place }) => `${id} ${place}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => (far(a) === far(b) ? a.id.localeCompare(b.id) : far(a) - far(b)));
  return wanted === '' ? ['auto', ...regions] : regions;
}

/** No profile, then each. */
export function profileRows({ known }: WizardState): readonly (ProfileOption | null)[] {
  return [null, ...valueOf(known.profiles, [])];
}

/** How many lines the cursor can be on now. */
export function rowCount(state: WizardState): number {
  if (state.panel?.kind === 'profiles') return profileRows(state).length;
  if (state.panel?.kind === 'regions') return regionRows(state, state.panel.cloud).length;
  switch (state.step) {
    case 'distro':
      return distroRows(state).length;
    case 'where':
      return cloudChoices(state).length;
    case 'size':
      return sizeRows(state).length;
    case 'review':
      return Number.MAX_SAFE_INTEGER;
  }
}

/** The distribution under the cursor. */
export function distroAtCursor(state: WizardState): DistroOption | null {
  return distroRows(state)[state.cursors.distro] ?? null;
}
