import type { DeadlineQuery } from '../../core/cloud.ts';
import type { DeadlineReading } from '../../core/deadline.ts';
import * as z from 'zod';
import { deadlineNameOf, targetArn, timeOfExpression } from './deadline.ts';
import { getSchedule, type Schedule } from './scheduler-calls.ts';
import type { AwsCaller } from './signed-request.ts';

const input = z.object({ InstanceIds: z.array(z.string()) });

/** The stack's schedule, as Scheduler has it: it acts where it is enabled, calls what ends instances, and names all of the stack's. */
export async function readDeadline(caller: AwsCaller, region: string, { sessionId, stackId, resources }: DeadlineQuery): Promise<DeadlineReading> {
  const name = deadlineNameOf(sessionId, stackId);
  const schedule = await getSchedule(caller, region, name);
  if (schedule === null) return { armed: false, reason: `there is no schedule ${name}` };
  if (schedule.state !== 'ENABLED') return { armed: false, reason: `the schedule ${name} is ${schedule.state}` };
  if (schedule.targetArn !== targetArn(region)) return { armed: false, reason: `the schedule ${name} calls ${schedule.targetArn}` };
  const ended = instancesOf(schedule);
  const machines = resources.filter(({ type }) => type === 'aws_instance').flatMap(({ id }) => id ?? []);
  const spared = machines.filter((id) => !ended.includes(id));
  if (spared.length > 0) return { armed: false, reason: `the schedule ${name} does not end ${spared.join(', ')}` };
  const at = timeOfExpression(schedule.expression, schedule.timezone);
  return at === null ? { armed: false, reason: `the schedule ${name} is for ${schedule.expression}` } : { armed: true, at };
}

function instancesOf(schedule: Schedule): readonly string[] {
  try {
    return input.parse(JSON.parse(schedule.input)).InstanceIds;
  } catch {
    return [];
  }
}
