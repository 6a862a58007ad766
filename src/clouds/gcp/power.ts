import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { withLimit } from '../../core/with-limit.ts';
import type { Sleep } from '../delete-patiently.ts';
import { powerTookTooLong, powerWasLeft } from '../power-problems.ts';
import { type ComputeClient, isMissing } from './compute-client.ts';
import { instanceState } from './hosts.ts';

export interface PowerRequest {
  readonly instanceIds: readonly string[];
  readonly power: 'running' | 'stopped';
  readonly sleep: Sleep;
  readonly signal: AbortSignal;
}

const machine = z.object({ name: z.string(), status: z.string() });
const switchesAtOnce = 8;
const pollMs = 3_000;
/** Compute Engine forces a guest off after 90 seconds; an operation that somebody else began may go before. */
const patienceMs = 600_000;

/**
 * Stops or starts machines, several at once, and waits until they are so; those that are already are left alone. Rejects with a LabError:
 * not-found for one that is gone, Compute Engine's own refusal otherwise.
 */
export async function setPower(client: ComputeClient, request: PowerRequest): Promise<void> {
  await withLimit(request.instanceIds, switchesAtOnce, (id) => setOne(client, id, request));
}

async function setOne(client: ComputeClient, id: string, { power, sleep, signal }: PowerRequest): Promise<void> {
  let status = await statusOf(client, id);
  for (let waitedMs = 0; isMoving(status); waitedMs += pollMs) {
    if (signal.aborted) throw powerWasLeft();
    if (waitedMs >= patienceMs) throw powerTookTooLong(power, [id]);
    await sleep(pollMs);
    status = await statusOf(client, id);
  }
  if (instanceState(status) === power) return;
  // What is suspended has its memory to go on with: a start is refused.
  const method = power === 'stopped' ? 'stop' : status === 'SUSPENDED' ? 'resume' : 'start';
  await client.act(`${id}/${method}`, signal);
}

function isMoving(status: string): boolean {
  const state = instanceState(status);
  return state === 'pending' || state === 'stopping' || state === 'terminating';
}

async function statusOf(client: ComputeClient, id: string): Promise<string> {
  try {
    return (await client.get(id, machine)).status;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new LabError({ kind: 'not-found', summary: `${id} is gone from Google Cloud`, hint: 'labtui show SESSION --refresh   says what is left' }, { cause: error });
  }
}
