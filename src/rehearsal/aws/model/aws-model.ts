import { onMachineTimer } from '../../engine/lifecycle.ts';
import type { CloudModel } from '../../engine/world.ts';
import { forgetInstance, forgotten, machineHooks } from './instance-life.ts';
import { refusal } from './refusals.ts';

/** The simulated AWS: EC2 and who is calling. */
export const awsModel: CloudModel = {
  cloud: 'aws',
  refusal,
  onTimer: (tx, timer) => {
    if (onMachineTimer(tx, timer, machineHooks)) return;
    if (timer.what === forgotten) forgetInstance({ tx, region: tx.get('aws', timer.id)?.region ?? '' }, timer.id);
  },
};
