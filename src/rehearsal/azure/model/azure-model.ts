import { onMachineTimer } from '../../engine/lifecycle.ts';
import type { CloudModel } from '../../engine/world.ts';
import { machineHooks } from './machine-life.ts';
import { operationTimer } from './operations.ts';
import { refusalOf } from './refusals.ts';
import { recurrenceTimer } from './logic-apps.ts';
import { groupTimer, removeGroup, runLogicApp } from './resources.ts';

/** Microsoft Azure's rules. */
export const azureModel: CloudModel = {
  cloud: 'azure',
  refusal: refusalOf,
  onTimer(tx, timer) {
    if (onMachineTimer(tx, timer, machineHooks)) return;
    if (timer.what === groupTimer) removeGroup(tx, timer.id);
    else if (timer.what === recurrenceTimer) runLogicApp(tx, timer.id);
    else if (timer.what === operationTimer) tx.remove('azure', timer.id);
    else throw new Error(`Azure knows no timer '${timer.what}'`);
  },
};
