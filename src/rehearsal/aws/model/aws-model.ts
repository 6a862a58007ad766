import { onMachineTimer } from '../../engine/lifecycle.ts';
import type { CloudModel } from '../../engine/world.ts';
import { forgetInstance, forgotten, machineHooks } from './instance-life.ts';
import { refusal } from './refusals.ts';
import { fireSchedule, scheduleFires } from './schedules.ts';

/** The simulated AWS: EC2, the roles and schedules that end its machines, and who is calling. */
export const awsModel: CloudModel = {
  cloud: 'aws',
  refusal,
  onTimer: (tx, timer) => {
    if (onMachineTimer(tx, timer, machineHooks)) return;
    if (timer.what === scheduleFires) fireSchedule(tx, timer.id);
    if (timer.what === forgotten) forgetInstance({ tx, region: tx.get('aws', timer.id)?.region ?? '' }, timer.id);
  },
};
