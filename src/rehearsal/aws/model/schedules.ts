import * as z from 'zod';
import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction } from '../../engine/world.ts';
import { accountId } from './account.ts';
import { all, type Ec2, type Ec2View, find } from './ec2.ts';
import { policyNames, policyOf, roleByArn } from './iam-roles.ts';
import { terminateInstances } from './instance-life.ts';
import { text } from './props.ts';

/** EventBridge Scheduler, as far as one-time schedules of the default group go. */
const kind = 'schedule';
export const scheduleFires = 'schedule.fires';
const terminate = 'arn:aws:scheduler:::aws-sdk:ec2:terminateInstances';

export interface ScheduleInput {
  readonly description: string;
  /** `at(2026-11-21T14:00:00)` */
  readonly expression: string;
  readonly timezone: string;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly targetArn: string;
  readonly roleArn: string;
  readonly input: string;
}

export function findSchedule(ec2: Ec2View, name: string): SimResource | null {
  return find(ec2, kind, idOf(ec2, name));
}

/** Throws Scheduler's own `not found`. */
export function getSchedule(ec2: Ec2View, name: string): SimResource {
  const schedule = findSchedule(ec2, name);
  if (schedule === null) throw new CloudError('ResourceNotFoundException', `Schedule ${name} does not exist.`, { status: 404 });
  return schedule;
}

export function listSchedules(ec2: Ec2View, namePrefix: string): readonly SimResource[] {
  return all(ec2, kind).filter(({ name }) => name?.startsWith(namePrefix) === true);
}

/** CreateSchedule. The role has to exist, and to let Scheduler take it. */
export function createSchedule(ec2: Ec2, name: string, input: ScheduleInput): SimResource {
  if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) throw validation(`Value '${name}' at 'name' failed to satisfy constraint`);
  if (findSchedule(ec2, name) !== null) throw new CloudError('ConflictException', `Schedule ${name} already exists.`, { status: 409 });
  return stored(ec2, { cloud: 'aws', kind, id: idOf(ec2, name), name, region: ec2.region, zone: null, tags: {}, createdAtMs: ec2.tx.nowMs, props: {} }, input);
}

/** UpdateSchedule: everything anew. */
export function updateSchedule(ec2: Ec2, name: string, input: ScheduleInput): SimResource {
  return stored(ec2, getSchedule(ec2, name), input);
}

export function deleteSchedule(ec2: Ec2, name: string): void {
  ec2.tx.remove('aws', getSchedule(ec2, name).id);
}

export function scheduleArn({ name, region }: SimResource): string {
  return `arn:aws:scheduler:${region ?? ''}:${accountId}:schedule/default/${name ?? ''}`;
}

/** The time has come: what the role allows is done, the rest fails where nobody sees it. The schedule itself stays. */
export function fireSchedule(tx: Transaction, id: string): void {
  const schedule = tx.get('aws', id);
  if (schedule?.kind !== kind || text(schedule, 'state') !== 'ENABLED' || text(schedule, 'targetArn') !== terminate) return;
  const ec2 = { tx, region: schedule.region ?? '' };
  for (const instanceId of instancesIn(text(schedule, 'input'))) {
    const instance = find(ec2, 'instance', instanceId);
    if (instance !== null && mayTerminate(ec2, text(schedule, 'roleArn'), instance)) terminateInstances(ec2, [instanceId]);
  }
}

function stored(ec2: Ec2, schedule: SimResource, input: ScheduleInput): SimResource {
  const { tx } = ec2;
  const atMs = timeOf(input.expression);
  if (atMs === null) throw validation(`Invalid Schedule Expression ${input.expression}.`);
  const role = roleByArn(tx, input.roleArn);
  if (role === null || !text(role, 'trust').includes('scheduler.amazonaws.com')) {
    throw validation('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
  }
  const after: SimResource = { ...schedule, props: { ...input } };
  tx.put(after);
  // One whose time is over never acts (Scheduler's user guide, "One-time schedules").
  tx.cancel('aws', after.id, scheduleFires);
  if (input.state === 'ENABLED' && atMs >= tx.nowMs) tx.schedule({ cloud: 'aws', id: after.id, what: scheduleFires, atMs });
  return after;
}

const statement = z.object({
  Effect: z.string(),
  Action: z.union([z.string(), z.array(z.string())]),
  Condition: z.object({ StringEquals: z.record(z.string(), z.string()).optional() }).optional(),
});
const policyDocument = z.object({ Statement: z.array(statement) });

/** As far as the policies go that are written for this: one action, instances with certain tags. */
function mayTerminate(ec2: Ec2, arn: string, instance: SimResource): boolean {
  const role = roleByArn(ec2.tx, arn);
  if (role === null) return false;
  return policyNames(role).some((name) => {
    const read = policyDocument.safeParse(JSON.parse(policyOf(role, name) ?? '{}'));
    if (!read.success) return false;
    return read.data.Statement.some(({ Effect, Action, Condition }) => {
      const actions = typeof Action === 'string' ? [Action] : Action;
      const wanted = Object.entries(Condition?.StringEquals ?? {});
      return (
        Effect === 'Allow' &&
        actions.includes('ec2:TerminateInstances') &&
        wanted.every(([key, value]) => key.startsWith('aws:ResourceTag/') && instance.tags[key.slice('aws:ResourceTag/'.length)] === value)
      );
    });
  });
}

const terminateInput = z.object({ InstanceIds: z.array(z.string()) });

function instancesIn(input: string): readonly string[] {
  try {
    return terminateInput.parse(JSON.parse(input)).InstanceIds;
  } catch {
    return [];
  }
}

function timeOf(expression: string): number | null {
  const [, time] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression) ?? [];
  return time === undefined ? null : Date.parse(`${time}Z`);
}

function idOf({ region }: Ec2View, name: string): string {
  return `schedule/${region}/default/${name}`;
}

function validation(message: string): CloudError {
  return new CloudError('ValidationException', message);
}
