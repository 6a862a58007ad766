import { createHash } from 'node:crypto';
import { tagKeys } from '../../core/tags.ts';

/**
 * What an AWS stack's own deadline is made of: a one-time schedule of EventBridge Scheduler that calls TerminateInstances, and the role
 * by which it may. Names and paths begin alike, so that both are found when nothing else of the session is left.
 */
const prefix = 'labtui-';
/** IAM's limit, and Scheduler's. */
const longest = 64;

/** `labtui-<session>-<stack>`; a longer one is cut and ends in its digest. */
export function deadlineNameOf(sessionId: string, stackId: string): string {
  const name = `${prefix}${sessionId}-${stackId}`;
  if (name.length <= longest) return name;
  return `${name.slice(0, longest - 9)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

/** What the names of all schedules begin with that a session may have made; null: any session's. */
export function schedulePrefix(sessionId: string | null): string {
  return sessionId === null ? prefix : `${prefix}${sessionId}`.slice(0, longest - 9);
}

/** Path of the session's roles; null: of all. */
export function rolePath(sessionId: string | null): string {
  return sessionId === null ? '/labtui/' : `/labtui/${sessionId}/`;
}

/** The session behind a role's path or ARN; null: it is none of labtui's. */
export function sessionOfRole(pathOrArn: string): string | null {
  return /(?:^|:role)\/labtui\/([^/]+)\//.exec(pathOrArn)?.[1] ?? null;
}

/** `aws`, `aws-cn` or `aws-us-gov`, as ARNs begin. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** The universal target of EventBridge Scheduler (its user guide, "Using universal targets"). */
export function targetArn(region: string): string {
  return `arn:${partitionOf(region)}:scheduler:::aws-sdk:ec2:terminateInstances`;
}

/** Only Scheduler may take the role, and only for this account (confused deputy: the same guide). */
export function trustPolicy(account: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
    ],
  });
}

/** It may terminate this session's instances, and do nothing else. */
export function terminatePolicy(region: string, account: string, sessionId: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'ec2:TerminateInstances',
        Resource: `arn:${partitionOf(region)}:ec2:${region}:${account}:instance/*`,
        Condition: { StringEquals: { [`aws:ResourceTag/${tagKeys.session}`]: sessionId } },
      },
    ],
  });
}

/** `at(2026-11-21T14:00:00)`, in UTC: not before the deadline, so the fraction of a second is rounded up. */
export function scheduleExpression(iso: string): string {
  return `at(${new Date(Math.ceil(Date.parse(iso) / 1_000) * 1_000).toISOString().slice(0, 19)})`;
}

/** The ISO time of such an expression; null where it is another kind, or in a zone that is not UTC. */
export function timeOfExpression(expression: string, timezone: string | null): string | null {
  const [, time] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression) ?? [];
  const isUtc = timezone === null || timezone === '' || /^(?:Etc\/)?UTC$/i.test(timezone);
  return time === undefined || !isUtc ? null : `${time}.000Z`;
}
