import { onMachineTimer } from '../../engine/lifecycle.ts';
import type { CloudModel } from '../../engine/world.ts';
import { instanceHooks } from './instance-life.ts';
import { forgotten } from './operation.ts';
import { gcpRefusal } from './refusals.ts';

/** Compute Engine's rules, as far as the engine calls them. */
export const gcpModel: CloudModel = {
  cloud: 'gcp',
  refusal: gcpRefusal,
  onTimer(tx, timer) {
    if (timer.what === forgotten) tx.remove('gcp', timer.id);
    else onMachineTimer(tx, timer, instanceHooks);
  },
};
