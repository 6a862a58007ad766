import { CloudError } from '../../../src/rehearsal/engine/cloud-error.ts';
import { type MachineHooks, onMachineTimer } from '../../../src/rehearsal/engine/lifecycle.ts';
import type { CloudModel, Timer, Transaction } from '../../../src/rehearsal/engine/world.ts';

/** Moments at real pace. */
export const hooks: MachineHooks = {
  pace: { pendingMs: 100, bootMs: 300, cloudInitMs: 200, stoppingMs: 200, terminatingMs: 200, noticeMs: 500 },
  onTerminated: () => undefined,
};

/** A cloud that has machines and nothing else. */
export const model: CloudModel = {
  cloud: 'aws',
  refusal: () => new CloudError('none', 'none'),
  onTimer: (tx: Transaction, timer: Timer) => {
    if (!onMachineTimer(tx, timer, hooks)) throw new Error(`unknown timer ${timer.what}`);
  },
};
