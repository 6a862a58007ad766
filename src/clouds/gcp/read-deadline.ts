import * as z from 'zod';
import type { DeadlineQuery } from '../../core/cloud.ts';
import type { DeadlineReading } from '../../core/deadline.ts';
import { type ComputeClient, isMissing } from './compute-client.ts';

const machine = z.object({
  name: z.string(),
  scheduling: z.object({ instanceTerminationAction: z.string().optional(), terminationTime: z.string().optional() }).optional(),
  resourceStatus: z.object({ scheduling: z.object({ terminationTimestamp: z.string().optional() }).optional() }).optional(),
});

/** The time at which Compute Engine deletes the first of the stack's machines, as the machines themselves say it. */
export async function readDeadline(client: ComputeClient, { resources }: DeadlineQuery): Promise<DeadlineReading> {
  const ids = resources.filter(({ type }) => type === 'google_compute_instance').flatMap(({ id }) => id ?? []);
  if (ids.length === 0) return { armed: false, reason: 'there is no machine' };
  const readings = await Promise.all(ids.map((id) => readMachine(client, id)));
  const unarmed = readings.find(({ armed }) => !armed);
  if (unarmed !== undefined) return unarmed;
  const [at] = readings.flatMap((reading) => (reading.armed ? [reading.at] : [])).toSorted();
  return at === undefined ? { armed: false, reason: 'there is no machine' } : { armed: true, at };
}

async function readMachine(client: ComputeClient, id: string): Promise<DeadlineReading> {
  try {
    const { name, scheduling, resourceStatus } = await client.get(id, machine);
    const time = scheduling?.terminationTime ?? resourceStatus?.scheduling?.terminationTimestamp;
    if (time === undefined || Number.isNaN(Date.parse(time))) return { armed: false, reason: `${name} has no termination time` };
    if (scheduling?.instanceTerminationAction !== 'DELETE') return { armed: false, reason: `${name} is only stopped at its termination time` };
    // In whatever time zone it is written.
    return { armed: true, at: new Date(time).toISOString() };
  } catch (error) {
    if (isMissing(error)) return { armed: false, reason: `${id} is gone` };
    throw error;
  }
}
