import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import type { InstanceState } from '../../core/events.ts';
import { withLimit } from '../../core/with-limit.ts';
import type { Sleep } from '../delete-patiently.ts';
import { powerTookTooLong, powerWasLeft } from '../power-problems.ts';
import { apiVersion } from './api-versions.ts';
import { type ArmClient, isMissing } from './arm-client.ts';

const switchesAtOnce = 8;
const instanceView = z.object({ statuses: z.array(z.object({ code: z.string() })).default([]) });

const states: Readonly<Record<string, InstanceState>> = {
  starting: 'pending',
  running: 'running',
  stopping: 'stopping',
  deallocating: 'stopping',
  stopped: 'stopped',
  deallocated: 'stopped',
};

export interface PowerRequest {
  readonly instanceIds: readonly string[];
  readonly power: 'running' | 'stopped';
  readonly sleep: Sleep;
  readonly signal: AbortSignal;
}

/** On their way: what is asked of them meanwhile is refused, or lost. */
const moving: ReadonlySet<string> = new Set(['starting', 'stopping', 'deallocating']);
const pollMs = 3_000;
const patienceMs = 600_000;

/**
 * Deallocates or starts machines, several at once, and waits until they are so. Deallocates: a machine that is only powered off keeps its
 * place and is billed as one that runs (https://learn.microsoft.com/azure/virtual-machines/states-billing). Those that are so already
 * are left alone; one that is on its way somewhere is waited for first. Rejects with a LabError: not-found for one that is gone, Azure's own refusal otherwise.
 */
export async function setPower(arm: ArmClient, { instanceIds, power, sleep, signal }: PowerRequest): Promise<void> {
  const [wanted, action] = power === 'running' ? (['running', 'start'] as const) : (['deallocated', 'deallocate'] as const);
  await withLimit(instanceIds, switchesAtOnce, async (id) => {
    let word = await powerWordOf(arm, id);
    for (let waitedMs = 0; word !== null && moving.has(word); waitedMs += pollMs) {
      if (signal.aborted) throw powerWasLeft();
      if (waitedMs >= patienceMs) throw powerTookTooLong(power, [id]);
      await sleep(pollMs);
      word = await powerWordOf(arm, id);
    }
    if (word === null) throw new LabError({ kind: 'not-found', summary: `${id} is gone from Azure`, hint: 'labtui show SESSION --refresh   says what is left' });
    if (word !== wanted) await arm.act(`${id}/${action}`, apiVersion.compute, signal);
  });
}

/** What the machines do now; those that are gone are left out. Terraform's provider does not keep it. */
export async function readPower(arm: ArmClient, instanceIds: readonly string[]): Promise<ReadonlyMap<string, InstanceState>> {
  const read = await withLimit(instanceIds, switchesAtOnce, async (id) => {
    const word = await powerWordOf(arm, id);
    return word === null ? [] : [[id, states[word] ?? 'unknown'] as const];
  });
  return new Map(read.flat());
}

/** `deallocated` of `PowerState/deallocated`, empty where Azure does not say; null: there is no such machine. */
async function powerWordOf(arm: ArmClient, id: string): Promise<string | null> {
  try {
    const { statuses } = await arm.get(`${id}/instanceView`, apiVersion.compute, instanceView);
    const code = statuses.map(({ code: each }) => each).find((each) => each.startsWith('PowerState/')) ?? '';
    return code.slice('PowerState/'.length);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
