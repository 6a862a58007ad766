import type { InstanceType } from '../../../core/clouds.ts';
import type { TextField } from '../../model/text-field.ts';
import { type Base, noBase } from './base.ts';
import type { CloudOption } from './data/clouds.ts';
import type { DistroOption } from './data/distros.ts';
import type { Identity } from './data/doctor.ts';
import { type Loaded, loading, type Trouble } from './data/loaded.ts';
import type { PlanOutcome } from './data/plan.ts';
import type { ProfileOption } from './data/profiles.ts';
import type { RegionOption } from './data/regions.ts';
import type { FieldId, WizardRequest } from './request.ts';

export const steps = ['distro', 'where', 'size', 'review'] as const;
export type StepName = (typeof steps)[number];

/** What the commands have told so far. By cloud where it differs by cloud; absent: not asked. */
export interface Known {
  readonly distros: Loaded<readonly DistroOption[]>;
  readonly clouds: Loaded<readonly CloudOption[]>;
  readonly profiles: Loaded<readonly ProfileOption[]>;
  readonly base: Loaded<Base>;
  readonly identities: Readonly<Record<string, Identity>>;
  readonly sizes: Readonly<Record<string, Loaded<readonly InstanceType[]>>>;
  readonly regions: Readonly<Record<string, Loaded<readonly RegionOption[]>>>;
  readonly latencies: Readonly<Record<string, Loaded<ReadonlyMap<string, number>>>>;
  /** Missing on this computer for any lab. */
  readonly lacking: readonly Trouble[];
}

/** A list in the place of a step. */
export type Panel = { readonly kind: 'profiles'; readonly selected: number } | { readonly kind: 'regions'; readonly cloud: string; readonly selected: number };

/** The text field that has the keyboard. */
export interface Editing {
  readonly of: 'filter' | 'save' | { readonly field: FieldId } | { readonly typeOn: string };
  readonly field: TextField;
}

/** What the last plan was asked for, and what came of it. */
export interface Review {
  /** The arguments it was asked with: other ones need another plan. */
  readonly of: string;
  readonly startedAtMs: number;
  /** null: on its way. */
  readonly outcome: PlanOutcome | null;
  /** The same as a profile; null: not asked yet. */
  readonly yaml: Loaded<string> | null;
}

/** A new lab. */
export interface WizardState {
  readonly kind: 'wizard';
  readonly step: StepName;
  readonly request: WizardRequest;
  readonly base: Base;
  readonly known: Known;
  /** Somebody chose or typed something: it is not to be lost. */
  readonly entered: boolean;
  /** The clouds are somebody's choice, not a default; and whether to rehearse is. */
  readonly whereChosen: boolean;
  readonly rehearseChosen: boolean;
  /** The cursor of each step, that of `size` on the one that is taken; in `review` the first line that is seen. */
  readonly cursors: Readonly<Record<StepName, number>>;
  readonly filter: string;
  readonly panel: Panel | null;
  readonly editing: Editing | null;
  /** Why what is being typed cannot be. */
  readonly complaint: string | null;
  readonly advanced: boolean;
  readonly review: Review | null;
  readonly showYaml: boolean;
  readonly starting: boolean;
  /** Distribution and clouds of the lab made last, as defaults. */
  readonly last: { readonly distro: string | null; readonly clouds: readonly string[] };
}

/** What is known of a new lab before anybody is asked. */
export interface Prefill {
  /** On simulated clouds. */
  readonly rehearse?: boolean;
  /** `--profile` */
  readonly profile?: string;
}

/** The wizard at its first step. */
export function wizardState({ rehearse = false, profile }: Prefill = {}): WizardState {
  const base: Base = profile === undefined ? noBase : { ...noBase, profile };
  return {
    kind: 'wizard',
    step: 'distro',
    request: { ...noBase.request, rehearse },
    base,
    known: { distros: loading, clouds: loading, profiles: loading, base: loading, identities: {}, sizes: {}, regions: {}, latencies: {}, lacking: [] },
    entered: false,
    whereChosen: false,
    rehearseChosen: rehearse,
    cursors: { distro: 0, where: 0, size: 1, review: 0 },
    filter: '',
    panel: null,
    editing: null,
    complaint: null,
    advanced: false,
    review: null,
    showYaml: false,
    starting: false,
    last: { distro: null, clouds: [] },
  };
}
