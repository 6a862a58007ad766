import { chosenClouds, cloudReason, firstReason, type Reason, withName } from './possible.ts';
import { machineReason } from './possible-size.ts';
import { type StepName, steps, type WizardState } from './state.ts';

/** Why the lab as it stands cannot be made, as far as the step has a say in it. */
export function stepReason(state: WizardState, step: StepName): Reason {
  switch (step) {
    case 'distro':
      return baseReason(state) ?? (state.request.distros.length === 0 ? 'choose a distribution first' : null);
    case 'where': {
      const clouds = chosenClouds(state);
      if (clouds.length === 0) return 'choose a cloud first';
      return firstReason(clouds.map((cloud) => withName(cloud.id, cloudReason(state, cloud))));
    }
    case 'size':
    case 'review':
      return machineReason(state);
  }
}

/** Why no lab at all can be made here: a configuration that is wrong. */
export function baseReason({ known }: WizardState): Reason {
  return known.base.is === 'failed' ? known.base.trouble.summary : null;
}

/** Why a step cannot be gone to: what comes before it is not settled. */
export function reachReason(state: WizardState, step: StepName): Reason {
  return firstReason(steps.slice(0, steps.indexOf(step)).map((before) => stepReason(state, before)));
}
