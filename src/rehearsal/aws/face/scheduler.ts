import { randomUUID } from 'node:crypto';
import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { FaceContext, FaceRequest, FaceResponse } from '../../face/face.ts';
import { callEc2 } from '../model/call-ec2.ts';
import { text } from '../model/props.ts';
import { deleteSchedule, getSchedule, listSchedules, scheduleArn } from '../model/schedules.ts';

/** A call of EventBridge Scheduler's: REST, and known by the service that its signature names. */
export function isSchedulerCall({ path, headers }: FaceRequest): boolean {
  return /^\/schedules(?:\/|$)/.test(path) && /Credential=[^/]+\/\d+\/[^/]+\/scheduler\/aws4_request/.test(headers.authorization ?? '');
}

export async function answerScheduler(request: FaceRequest, context: FaceContext): Promise<FaceResponse> {
  try {
    return { status: 200, headers: headers(), body: JSON.stringify(await carryOut(request, context)) };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const { code, message, status } = error;
    return { status, headers: { ...headers(), 'x-amzn-errortype': code }, body: JSON.stringify({ Message: message }) };
  }
}

async function carryOut({ method, path, query, headers: sent }: FaceRequest, context: FaceContext): Promise<object> {
  const [, region = ''] = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(sent.authorization ?? '') ?? [];
  const access = { ...context, region };
  const name = decodeURIComponent(path.slice('/schedules/'.length));
  if (method === 'GET' && name === '') {
    const found = await callEc2(access, 'ListSchedules', {}, (ec2) => listSchedules(ec2, query.get('NamePrefix') ?? ''));
    return { Schedules: found.map((schedule) => ({ Arn: scheduleArn(schedule), Name: schedule.name, GroupName: 'default', State: text(schedule, 'state') })) };
  }
  if (method === 'GET') return callEc2(access, 'GetSchedule', { target: name }, (ec2) => view(getSchedule(ec2, name)));
  if (method === 'DELETE') {
    await callEc2(access, 'DeleteSchedule', { target: name }, (ec2) => deleteSchedule(ec2, name));
    return {};
  }
  throw new CloudError('ValidationException', `${method} is not simulated here`);
}

function view(schedule: SimResource): object {
  return {
    Arn: scheduleArn(schedule),
    Name: schedule.name,
    GroupName: 'default',
    Description: text(schedule, 'description'),
    ScheduleExpression: text(schedule, 'expression'),
    ScheduleExpressionTimezone: text(schedule, 'timezone'),
    State: text(schedule, 'state'),
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'NONE',
    Target: { Arn: text(schedule, 'targetArn'), RoleArn: text(schedule, 'roleArn'), Input: text(schedule, 'input'), RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
  };
}

function headers(): Readonly<Record<string, string>> {
  return { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() };
}
