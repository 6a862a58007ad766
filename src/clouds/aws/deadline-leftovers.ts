import type { MarkedResource, Undeleted } from '../../core/cloud.ts';
import { LabError } from '../../core/errors.ts';
import type { LeftResource } from '../../core/events.ts';
import { markOf } from '../../core/marked.ts';
import { tagKeys } from '../../core/tags.ts';
import { rolePath, schedulePrefix, sessionOfRole, timeOfExpression } from './deadline.ts';
import { deleteRole, listRoles, type Role, roleTags } from './iam-calls.ts';
import { deleteSchedule, getSchedule, listSchedules } from './scheduler-calls.ts';
import type { AwsCaller } from './signed-request.ts';

const scheduleType = 'aws_scheduler_schedule';
const roleType = 'aws_iam_role';
/** Terraform's id of a schedule is its group and name. */
const group = 'default/';

/** What a session's deadlines in the region are made of, in Terraform's words. Rejects with a LabError. */
export async function sessionDeadlines(caller: AwsCaller, region: string, sessionId: string): Promise<readonly LeftResource[]> {
  const [schedules, roles] = await Promise.all([schedulesIn(caller, region, sessionId), listRoles(caller, region, rolePath(sessionId))]);
  return [...schedules.map(({ resource }) => resource), ...roles.map(roleResource)];
}

/** All deadlines of labtui's schedules in a region, of any session. A schedule has no tags: its role names the session, its time is its end. */
export async function markedSchedules(caller: AwsCaller, region: string): Promise<readonly MarkedResource[]> {
  return (await schedulesIn(caller, region, null)).map(({ resource, sessionId, at }) => ({
    ...resource,
    sessionId,
    owner: null,
    createdAt: null,
    expiresAt: at,
  }));
}

/** All of labtui's roles in the account, of any session: IAM has no regions. */
export async function markedRoles(caller: AwsCaller, region: string): Promise<readonly MarkedResource[]> {
  const roles = await listRoles(caller, region, rolePath(null));
  return Promise.all(
    roles.map(async (role): Promise<MarkedResource> => {
      const tags = await roleTags(caller, region, role.name);
      const mark = markOf((key) => tags[key]) ?? { owner: null, createdAt: null, expiresAt: null, sessionId: null };
      return { ...roleResource(role), ...mark, sessionId: tags[tagKeys.session] ?? sessionOfRole(role.path) };
    }),
  );
}

/** Whether it is part of a deadline: those are deleted by other services than EC2. */
export function isDeadlinePart({ type }: Pick<LeftResource, 'type'>): boolean {
  return type === scheduleType || type === roleType;
}

/** Deletes schedules, and then the roles that they act by. Resolves with what could not be deleted, and why. */
export async function deleteDeadlines(caller: AwsCaller, region: string, found: readonly LeftResource[]): Promise<readonly Undeleted[]> {
  const undeleted: Undeleted[] = [];
  for (const type of [scheduleType, roleType]) {
    const outcomes = await Promise.all(found.filter((one) => one.type === type).map((resource) => refusalOf(caller, region, resource)));
    undeleted.push(...outcomes.filter((outcome) => outcome !== null));
  }
  return undeleted;
}

async function refusalOf(caller: AwsCaller, region: string, resource: LeftResource): Promise<Undeleted | null> {
  try {
    if (resource.type === roleType) await deleteRole(caller, region, resource.id);
    else await deleteSchedule(caller, resource.region ?? region, resource.id.slice(group.length));
    return null;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { resource, problem: error.problem };
  }
}

interface FoundSchedule {
  readonly resource: LeftResource;
  readonly sessionId: string | null;
  readonly at: string | null;
}

/** A session's id may begin like another's: the role in its path has it whole. */
async function schedulesIn(caller: AwsCaller, region: string, sessionId: string | null): Promise<readonly FoundSchedule[]> {
  const names = await listSchedules(caller, region, schedulePrefix(sessionId));
  const schedules = await Promise.all(names.map((name) => getSchedule(caller, region, name)));
  return schedules.flatMap((schedule): readonly FoundSchedule[] => {
    const of = schedule === null ? null : sessionOfRole(schedule.roleArn);
    if (schedule === null || of === null || (sessionId !== null && of !== sessionId)) return [];
    const { name, expression, timezone } = schedule;
    return [{ resource: { type: scheduleType, id: `${group}${name}`, name, region, seenBy: 'listing' }, sessionId: of, at: timeOfExpression(expression, timezone) }];
  });
}

function roleResource({ name }: Role): LeftResource {
  return { type: roleType, id: name, name, region: null, seenBy: 'listing' };
}
