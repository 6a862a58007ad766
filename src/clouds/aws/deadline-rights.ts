import type { CloudIdentity } from '../../core/cloud.ts';
import type { CloudDeadline } from '../../core/deadline.ts';
import { LabError } from '../../core/errors.ts';
import { partitionOf, rolePath, schedulePrefix } from './deadline.ts';
import { type Decision, getRole, simulate } from './iam-calls.ts';
import { listSchedules } from './scheduler-calls.ts';
import type { AwsCaller } from './signed-request.ts';

/** What Terraform's provider calls to make, read and end the role, and what labtui calls to prove that it is gone. */
const roleActions = [
  'iam:CreateRole',
  'iam:TagRole',
  'iam:GetRole',
  'iam:PutRolePolicy',
  'iam:GetRolePolicy',
  'iam:ListRolePolicies',
  'iam:ListAttachedRolePolicies',
  'iam:ListInstanceProfilesForRole',
  'iam:DeleteRolePolicy',
  'iam:DeleteRole',
] as const;
const scheduleActions = ['scheduler:CreateSchedule', 'scheduler:GetSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'] as const;

/** Nothing depends on the answer but the layer: a network that lets only EC2 through must not hold up a lab. */
const patienceMs = 5_000;

/**
 * Whether the caller may make and end what the deadline is made of: IAM's own simulation of the caller's policies, and one call that shows
 * that EventBridge Scheduler answers there. What cannot be told counts as no. Creates nothing; rejects with a LabError only
 * where nobody says who calls.
 */
export async function offerDeadline(caller: AwsCaller, region: string, sessionId: string, identity: Promise<CloudIdentity>): Promise<CloudDeadline> {
  const { account, principal } = await identity;
  const briefly: AwsCaller = { ...caller, signal: AbortSignal.any([caller.signal, AbortSignal.timeout(patienceMs)]) };
  const reasons = await Promise.all([
    whyNot('EventBridge Scheduler', async () => {
      await listSchedules(briefly, region, schedulePrefix(sessionId));
      return null;
    }),
    whyNot('IAM', () => deniedIn(briefly, { region, account, principal, sessionId })),
  ]);
  const reason = reasons.find((each) => each !== null);
  return reason == null ? { kind: 'schedule', state: 'planned' } : { kind: null, state: 'missing', reason };
}

async function whyNot(what: string, ask: () => Promise<string | null>): Promise<string | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return `${what} does not say whether a schedule could be made (${error.problem.code ?? error.problem.kind}: ${error.problem.summary})`;
  }
}

interface Who {
  readonly region: string;
  readonly account: string;
  readonly principal: string;
  readonly sessionId: string;
}

async function deniedIn(caller: AwsCaller, { region, account, principal, sessionId }: Who): Promise<string | null> {
  const arn = `arn:${partitionOf(region)}`;
  // The account's root user may do all of it, and IAM simulates no one like that.
  if (/^arn:[^:]+:iam::\d+:root$/.test(principal)) return null;
  const principalArn = await policySource(caller, region, principal);
  if (principalArn === null) return `the rights of ${principal} cannot be asked for`;
  const roleArn = `${arn}:iam::${account}:role${rolePath(sessionId)}${schedulePrefix(sessionId)}-x`;
  const scheduleArn = `${arn}:scheduler:${region}:${account}:schedule/default/${schedulePrefix(sessionId)}-x`;
  const ask = (actions: readonly string[], resourceArn: string, context?: Readonly<Record<string, string>>): Promise<readonly Decision[]> =>
    simulate(caller, region, { principalArn, actions, resourceArn, context });
  const decisions = await Promise.all([
    ask(roleActions, roleArn),
    ask(['iam:PassRole'], roleArn, { 'iam:PassedToService': 'scheduler.amazonaws.com' }),
    ask(scheduleActions, scheduleArn),
  ]);
  const denied = decisions.flat().filter(({ decision }) => decision !== 'allowed').map(({ action }) => action);
  return denied.length === 0 ? null : `the credentials may not ${denied.slice(0, 3).join(', ')}${denied.length > 3 ? ` and ${denied.length - 3} more` : ''}`;
}

/** Whose policies count: of somebody who has taken a role those of the role, whose path only IAM knows. null: nobody's that IAM simulates. */
async function policySource(caller: AwsCaller, region: string, principal: string): Promise<string | null> {
  if (/^arn:[^:]+:iam::\d+:user\//.test(principal)) return principal;
  const [, role] = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//.exec(principal) ?? [];
  return role === undefined ? null : ((await getRole(caller, region, role))?.arn ?? null);
}
