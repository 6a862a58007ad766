import { describe, expect, it } from 'vitest';
import { openAwsApi } from '../../../src/clouds/aws/api.ts';
import { deadlineNameOf, scheduleExpression, schedulePrefix, sessionOfRole, terminatePolicy, timeOfExpression, trustPolicy } from '../../../src/clouds/aws/deadline.ts';
import { offerDeadline } from '../../../src/clouds/aws/deadline-rights.ts';
import { moveDeadline } from '../../../src/clouds/aws/move-deadline.ts';
import { synthesize } from '../../../src/clouds/aws/stack.ts';
import { type HostCall, priceHost } from '../../support/price-host.ts';
import { sessionId, settings, stackInput } from './stack-inputs.ts';

const planned = { kind: 'schedule', state: 'planned' } as const;
const region = 'eu-north-1';

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
const resourcesOf = (text: string): Resources => (JSON.parse(text) as { readonly resource: Resources }).resource;

describe('the schedule that ends an AWS lab', () => {
  it('has a name that begins with the session, also where it must be cut', () => {
    expect(deadlineNameOf('kernel-lab-x7k2p9', 'aws')).toBe('labtui-kernel-lab-x7k2p9-aws');
    const long = ['a', 'b'].map((end) => deadlineNameOf(`${'k'.repeat(40)}-x7k2p9`, `aws-ap-southeast-1-opensuse-${end}`));
    expect(new Set(long).size).toBe(2);
    for (const name of long) {
      expect(name).toMatch(/^[\w.-]{64}$/);
      expect(name.startsWith(schedulePrefix(`${'k'.repeat(40)}-x7k2p9`))).toBe(true);
    }
  });

  it('comes at the second of the deadline or right after it, never before', () => {
    expect(scheduleExpression('2026-11-21T14:00:00.000Z')).toBe('at(2026-11-21T14:00:00)');
    expect(scheduleExpression('2026-11-21T13:59:59.001Z')).toBe('at(2026-11-21T14:00:00)');
    expect(timeOfExpression('at(2026-11-21T14:00:00)', 'UTC')).toBe('2026-11-21T14:00:00.000Z');
    expect(timeOfExpression('at(2026-11-21T14:00:00)', null)).toBe('2026-11-21T14:00:00.000Z');
    expect(timeOfExpression('at(2026-11-21T14:00:00)', 'Europe/Berlin')).toBeNull();
    expect(timeOfExpression('rate(1 hour)', 'UTC')).toBeNull();
  });

  it('acts by a role that only Scheduler may take, for this account, and that may end this session\'s machines only', () => {
    expect(JSON.parse(trustPolicy('123456789012'))).toMatchObject({
      Statement: [{ Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } }],
    });
    const policy = JSON.parse(terminatePolicy('cn-north-1', '123456789012', sessionId)) as { readonly Statement: readonly object[] };
    expect(policy.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'ec2:TerminateInstances',
        Resource: 'arn:aws-cn:ec2:cn-north-1:123456789012:instance/*',
        Condition: { StringEquals: { 'aws:ResourceTag/labtui-session-id': sessionId } },
      },
    ]);
    expect(sessionOfRole(`arn:aws:iam::123456789012:role/labtui/${sessionId}/x`)).toBe(sessionId);
    expect(sessionOfRole('arn:aws:iam::123456789012:role/mine/x')).toBeNull();
  });

  it('is in the stack where it is planned: it names all machines, and none of them waits for any part of it', () => {
    const { aws_scheduler_schedule: schedules, aws_iam_role: roles, aws_instance: instances } = resourcesOf(synthesize(stackInput({ count: 2, stack: { cloudDeadline: planned } })));
    expect(schedules?.['deadline-schedule']).toMatchObject({
      schedule_expression: 'at(2026-11-20T14:00:00)',
      flexible_time_window: { mode: 'OFF' },
      target: { arn: 'arn:aws:scheduler:::aws-sdk:ec2:terminateInstances', input: '{"InstanceIds":["${aws_instance.vm-1.id}","${aws_instance.vm-2.id}"]}' },
    });
    expect(roles?.deadline).toMatchObject({ path: `/labtui/${sessionId}/`, tags: { 'labtui-session-id': sessionId } });
    expect(JSON.stringify(instances)).not.toContain('deadline');
    expect(JSON.stringify(resourcesOf(synthesize(stackInput({ stack: { cloudDeadline: { kind: null, state: 'missing', reason: 'x' } } }))))).not.toContain('deadline');
  });

  it('asks the endpoint of the profile for its parts, too, and only where it has them', () => {
    const endpointsOf = (text: string) => (JSON.parse(text) as { readonly provider: { readonly aws: readonly { readonly endpoints: readonly object[] }[] } }).provider.aws[0]?.endpoints[0];
    const endpoint = 'http://127.0.0.1:5000';
    expect(endpointsOf(synthesize(stackInput({ aws: { endpoint }, stack: { cloudDeadline: planned } })))).toEqual({ ec2: endpoint, sts: endpoint, iam: endpoint, scheduler: endpoint });
    expect(endpointsOf(synthesize(stackInput({ aws: { endpoint } })))).toEqual({ ec2: endpoint, sts: endpoint });
  });

  it('moves with the tags, and the user data that would restart a machine stays', () => {
    const [from, until] = ['2026-11-20T14:00:00Z', '2026-11-20T16:00:00.500Z'];
    const before = synthesize(stackInput({ stack: { cloudDeadline: planned }, userData: `#!/bin/sh\n# ${from}\n` }));
    const after = moveDeadline(before, { from, until, deadline: planned });
    const changed = before.split('\n').flatMap((line, index) => (line === after.split('\n')[index] ? [] : [after.split('\n')[index]?.trim()]));
    expect([...new Set(changed)].sort()).toEqual(['"labtui-expires": "2026-11-20T16:00:00.500Z",', '"schedule_expression": "at(2026-11-20T16:00:01)",']);
    expect(after).toContain(`# ${from}`);
  });
});

/** Answers IAM and Scheduler: who is denied what, and who is not there. */
function cloudOf({ denied = [], iam, scheduler }: { readonly denied?: readonly string[]; readonly iam?: number; readonly scheduler?: number } = {}) {
  const decisions = (call: HostCall): string =>
    [...new URLSearchParams(call.body)]
      .filter(([name]) => name.startsWith('ActionNames'))
      // With lists inside of each result, as IAM answers.
      .map(([, action]) => `<member><MatchedStatements><member><SourcePolicyId>p</SourcePolicyId></member></MatchedStatements><EvalActionName>${action}</EvalActionName><EvalDecision>${denied.includes(action) ? 'implicitDeny' : 'allowed'}</EvalDecision></member>`)
      .join('');
  return priceHost((call) => {
    if (call.url.hostname.startsWith('scheduler')) return scheduler === undefined ? { body: { Schedules: [] } } : { status: scheduler, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: { Message: 'no' } };
    if (iam !== undefined) return { status: iam, body: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: me is not authorized to perform: iam:SimulatePrincipalPolicy</Message></Error></ErrorResponse>' };
    if (call.body.includes('Action=GetRole')) return { body: '<GetRoleResponse><GetRoleResult><Role><Path>/aws-reserved/sso.amazonaws.com/</Path><RoleName>Admin</RoleName><Arn>arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com/Admin</Arn></Role></GetRoleResult></GetRoleResponse>' };
    return { body: `<R><EvaluationResults>${decisions(call)}</EvaluationResults></R>` };
  });
}

const user = 'arn:aws:iam::123456789012:user/me';

function offered(host: ReturnType<typeof cloudOf>, principal = user) {
  const caller = { credentials: () => Promise.resolve({ accessKeyId: 'AKID', secretAccessKey: 'secret' }), endpoint: null, env: {}, port: host.port, signal: new AbortController().signal };
  return offerDeadline(caller, region, sessionId, Promise.resolve({ account: '123456789012', principal }));
}

describe('whether a schedule may be made', () => {
  it('is asked of IAM and Scheduler, for the role and the schedule that it would be, and nothing is made', async () => {
    const host = cloudOf();
    expect(await offered(host)).toEqual(planned);
    expect(host.calls.map(({ url }) => url.hostname).sort()).toEqual(['iam.amazonaws.com', 'iam.amazonaws.com', 'iam.amazonaws.com', 'scheduler.eu-north-1.amazonaws.com']);
    const asked = host.calls.map(({ body }) => new URLSearchParams(body)).filter((body) => body.get('Action') === 'SimulatePrincipalPolicy');
    expect(asked.every((body) => body.get('PolicySourceArn') === user)).toBe(true);
    const passing = asked.find((body) => body.get('ActionNames.member.1') === 'iam:PassRole');
    expect(passing?.get('ContextEntries.member.1.ContextKeyValues.member.1')).toBe('scheduler.amazonaws.com');
    expect(passing?.get('ResourceArns.member.1')).toMatch(new RegExp(`^arn:aws:iam::123456789012:role/labtui/${sessionId}/labtui-`));
  });

  it('is asked for the role behind a session of one, with its path', async () => {
    const host = cloudOf();
    expect(await offered(host, 'arn:aws:sts::123456789012:assumed-role/Admin/me@here')).toEqual(planned);
    expect(host.calls.map(({ body }) => new URLSearchParams(body).get('PolicySourceArn')).find((arn) => arn !== null)).toBe('arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com/Admin');
  });

  it("is so for the account's root user, whom IAM does not simulate", async () => {
    const host = cloudOf({ iam: 400 });
    expect(await offered(host, 'arn:aws:iam::123456789012:root')).toEqual(planned);
  });

  it.each([
    ['one action is denied', { denied: ['iam:PassRole'] }, user, /may not iam:PassRole$/],
    ['several are', { denied: ['iam:CreateRole', 'iam:TagRole', 'iam:PutRolePolicy', 'scheduler:CreateSchedule'] }, user, /iam:CreateRole, iam:TagRole, iam:PutRolePolicy and 1 more/],
    ['IAM may not be asked', { iam: 403 }, user, /^IAM does not say.*AccessDenied/],
    ['Scheduler may not be asked', { scheduler: 403 }, user, /^EventBridge Scheduler does not say/],
    ['the caller is none that IAM simulates', {}, 'arn:aws:sts::123456789012:federated-user/me', /cannot be asked for/],
  ] as const)('is not so where %s', async (_, answers, principal, reason) => {
    expect(await offered(cloudOf(answers), principal)).toEqual({ kind: null, state: 'missing', reason: expect.stringMatching(reason) as string });
  });
});

describe('listing a session', () => {
  it('asks for parts of a deadline only where the stack has, or had, one', async () => {
    const host = priceHost(() => ({ status: 403, body: {} }));
    const api = await openAwsApi({ region, settings: settings({ endpoint: 'http://127.0.0.1:1' }) }, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }, host.port);
    await api.listBySession(sessionId).catch(() => undefined);
    expect(host.calls).toEqual([]);
    api.close();
  });
});
