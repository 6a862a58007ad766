import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import { refusalIn } from './signed-call.ts';
import { type AwsCaller, refusalOf, type SignedRequest, signedRequest, unanswered } from './signed-request.ts';

/** A one-time schedule, as far as labtui looks at it. */
export interface Schedule {
  readonly name: string;
  readonly state: string;
  readonly expression: string;
  readonly timezone: string | null;
  readonly targetArn: string;
  readonly roleArn: string;
  /** The parameters of the call that it makes, as JSON. */
  readonly input: string;
}

const got = z.object({
  Name: z.string(),
  State: z.string(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().nullish(),
  Target: z.object({ Arn: z.string(), RoleArn: z.string(), Input: z.string().nullish() }),
});
const listed = z.object({ Schedules: z.array(z.object({ Name: z.string() })), NextToken: z.string().nullish() });

/** GetSchedule, of the default group; null: there is none of that name. Rejects with a LabError. */
export async function getSchedule(caller: AwsCaller, region: string, name: string): Promise<Schedule | null> {
  const said = await ask(caller, region, 'GetSchedule', { method: 'GET', path: pathOf(name), headers: {} }, got);
  if (said === null) return null;
  const { Name, State, ScheduleExpression, ScheduleExpressionTimezone: timezone, Target } = said;
  return {
    name: Name,
    state: State,
    expression: ScheduleExpression,
    timezone: timezone ?? null,
    targetArn: Target.Arn,
    roleArn: Target.RoleArn,
    input: Target.Input ?? '',
  };
}

/** ListSchedules of the default group: the names that begin so. Rejects with a LabError. */
export async function listSchedules(caller: AwsCaller, region: string, namePrefix: string): Promise<readonly string[]> {
  const names: string[] = [];
  let token: string | null = null;
  do {
    const query: Record<string, string> = { NamePrefix: namePrefix, ScheduleGroup: 'default', ...(token === null ? {} : { NextToken: token }) };
    const page: z.output<typeof listed> | null = await ask(caller, region, 'ListSchedules', { method: 'GET', path: '/schedules', query, headers: {} }, listed);
    names.push(...(page?.Schedules ?? []).map(({ Name }) => Name));
    token = page?.NextToken ?? null;
  } while (token !== null && token !== '');
  return names;
}

/** DeleteSchedule; one that is gone is no error. */
export async function deleteSchedule(caller: AwsCaller, region: string, name: string): Promise<void> {
  await ask(caller, region, 'DeleteSchedule', { method: 'DELETE', path: pathOf(name), headers: {} }, z.unknown());
}

function pathOf(name: string): string {
  return `/schedules/${encodeURIComponent(name)}`;
}

async function ask<T>(caller: AwsCaller, region: string, operation: string, request: SignedRequest, schema: z.ZodType<T>): Promise<T | null> {
  const answer = await signedRequest(caller, { service: 'scheduler', variable: 'SCHEDULER', region }, request);
  if (answer.status >= 200 && answer.status < 300) return readAs(answer.text, schema, operation);
  // REST services say the code in a header, and in the body only the message.
  const { code, message } = refusalIn(answer.text);
  const named = code ?? answer.headers.get('x-amzn-errortype')?.replace(/:.*$/, '') ?? null;
  if (named === 'ResourceNotFoundException') return null;
  throw refusalOf(answer, operation, { code: named, message });
}

function readAs<T>(text: string, schema: z.ZodType<T>, operation: string): T {
  try {
    return schema.parse(text === '' ? {} : JSON.parse(text));
  } catch (error) {
    if (error instanceof z.ZodError) throw new LabError({ kind: 'internal', summary: `EventBridge Scheduler answered ${operation} in another form than expected` }, { cause: error });
    throw unanswered(error);
  }
}
