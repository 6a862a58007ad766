import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAwsApi } from '../../../src/clouds/aws/api.ts';
import { deadlineNameOf, rolePath, scheduleExpression, targetArn, terminatePolicy, trustPolicy } from '../../../src/clouds/aws/deadline.ts';
import type { CloudApi } from '../../../src/core/cloud.ts';
import { awsFace } from '../../../src/rehearsal/aws/face/aws-face.ts';
import { accountId } from '../../../src/rehearsal/aws/model/account.ts';
import { createRole, deleteRolePolicy, findRole, putRolePolicy, roleArn } from '../../../src/rehearsal/aws/model/iam-roles.ts';
import { usualLaunch } from '../../../src/rehearsal/aws/model/launch-input.ts';
import { runInstances } from '../../../src/rehearsal/aws/model/run-instances.ts';
import { createSchedule, type ScheduleInput, updateSchedule } from '../../../src/rehearsal/aws/model/schedules.ts';
import { type FaceServer, serveFaces } from '../../../src/rehearsal/face/serve.ts';
import { settings } from '../../clouds/aws/stack-inputs.ts';
import { type AwsWorld, awsWorld, caller, fault, imageId, region } from './aws-world.ts';

const session = 'lab-x7k2p9';
const name = deadlineNameOf(session, 'aws');
const hourMs = 3_600_000;

let world: AwsWorld;
let server: FaceServer;
let api: CloudApi;
let instance: string;

beforeEach(async () => {
  world = awsWorld();
  server = await serveFaces({ world, faces: [awsFace], caller });
  api = await openAwsApi({ region, settings: settings(), simulatedAt: server.origin, deadline: { kind: 'schedule', state: 'planned' } }, {});
  const [machine] = await world.ec2('RunInstances', (ec2) => runInstances(ec2, { ...usualLaunch(imageId('debian-12'), 't3.medium'), tags: { instance: { 'labtui-session-id': session } } }));
  instance = machine?.id ?? '';
});
afterEach(async () => {
  api.close();
  await server.close();
});

const inputFor = (arn: string, inMs: number, more: Partial<ScheduleInput> = {}): ScheduleInput => ({
  description: '',
  expression: scheduleExpression(new Date(world.now() + inMs).toISOString()),
  timezone: 'UTC',
  state: 'ENABLED',
  targetArn: targetArn(region),
  roleArn: arn,
  input: JSON.stringify({ InstanceIds: [instance] }),
  ...more,
});

const armed = (tagged = session, more: Partial<ScheduleInput> = {}) =>
  world.ec2('CreateSchedule', (ec2) => {
    const role = createRole(ec2.tx, { name, path: rolePath(session), description: '', trust: trustPolicy(accountId), tags: { labtui: 'true', 'labtui-session-id': session, 'labtui-owner': 'me@here' } });
    putRolePolicy(ec2.tx, name, 'terminate', terminatePolicy(region, accountId, tagged));
    createSchedule(ec2, name, inputFor(roleArn(role), hourMs, more));
  });

const stateOf = () => world.read((view) => view.get('aws', instance)?.machine?.state);
const query = () => ({ sessionId: session, stackId: 'aws', resources: [{ address: 'aws_instance.vm', type: 'aws_instance', id: instance, name: null, tainted: false, attributes: {} }] });

describe('a schedule of the simulated cloud', () => {
  it('ends the machine at its time, and not before', async () => {
    await armed();
    world.advance(hourMs - 1_000);
    await world.ec2('DescribeInstances', () => null);
    expect(await stateOf()).toBe('running');
    world.advance(61_000);
    await world.ec2('DescribeInstances', () => null);
    expect(await stateOf()).toBe('terminated');
  });

  it.each([
    ["its role may end another session's machines only", () => armed('other-session')],
    ['it is disabled', () => armed(session, { state: 'DISABLED' })],
    ['its role lost its policy', async () => {
      await armed();
      await world.ec2('DeleteRolePolicy', ({ tx }) => deleteRolePolicy(tx, name, 'terminate'));
    }],
  ])('does nothing where %s', async (_, prepare) => {
    await prepare();
    world.advance(2 * hourMs);
    await world.ec2('DescribeInstances', () => null);
    expect(await stateOf()).toBe('running');
  });

  it('goes by its new time when it was moved', async () => {
    await armed();
    await world.ec2('UpdateSchedule', (ec2) => {
      const role = findRole(ec2.tx, name);
      if (role !== null) updateSchedule(ec2, name, inputFor(roleArn(role), 3 * hourMs));
    });
    world.advance(2 * hourMs);
    await world.ec2('DescribeInstances', () => null);
    expect(await stateOf()).toBe('running');
    world.advance(hourMs + 60_000);
    await world.ec2('DescribeInstances', () => null);
    expect(await stateOf()).toBe('terminated');
  });

  it('is not made for a role that Scheduler may not take', async () => {
    const made = world.ec2('CreateSchedule', (ec2) => createSchedule(ec2, name, inputFor(`arn:aws:iam::${accountId}:role/none`, hourMs)));
    await expect(made).rejects.toMatchObject({ code: 'ValidationException' });
  });
});

describe("labtui's own client and its parts", () => {
  it('is offered one, unless rights or the service are missing', async () => {
    expect(await api.offerDeadline?.(session)).toEqual({ kind: 'schedule', state: 'planned' });
    await world.arm([fault('permission', { operation: 'SimulatePrincipalPolicy' })], null);
    expect(await api.offerDeadline?.(session)).toMatchObject({ kind: null, state: 'missing', reason: expect.stringContaining('IAM does not say') as string });
    await world.disarm(null);
    await world.arm([fault('permission', { operation: 'ListSchedules' })], null);
    expect(await api.offerDeadline?.(session)).toMatchObject({ state: 'missing', reason: expect.stringContaining('EventBridge Scheduler does not say') as string });
  });

  it('reads it back: its time, and what is wrong with it', async () => {
    expect(await api.readDeadline?.(query())).toEqual({ armed: false, reason: `there is no schedule ${name}` });
    await armed();
    expect(await api.readDeadline?.(query())).toEqual({ armed: true, at: new Date(Date.UTC(2026, 10, 21) + hourMs).toISOString() });
    await world.ec2('UpdateSchedule', (ec2) => {
      const role = findRole(ec2.tx, name);
      if (role !== null) updateSchedule(ec2, name, inputFor(roleArn(role), hourMs, { input: JSON.stringify({ InstanceIds: ['i-other'] }) }));
    });
    expect(await api.readDeadline?.(query())).toEqual({ armed: false, reason: `the schedule ${name} does not end ${instance}` });
  });

  it('lists what a session has of it, also of one whose id begins alike, and deletes it for good', async () => {
    await armed();
    const parts = (await api.listBySession(session)).filter(({ type }) => type !== 'aws_instance' && type !== 'aws_ebs_volume');
    expect(parts).toMatchObject([{ type: 'aws_scheduler_schedule', id: `default/${name}`, region }, { type: 'aws_iam_role', id: name, region: null }]);
    expect((await api.listBySession('lab')).map(({ type }) => type)).toEqual([]);
    expect(await api.deleteLeftovers?.(parts)).toEqual([]);
    expect((await api.listBySession(session)).map(({ type }) => type)).not.toContain('aws_iam_role');
    expect(await world.read((view) => [...view.list('aws', 'schedule'), ...view.list('aws', 'iam-role')])).toEqual([]);
  });

  it('finds it by the marker when nothing else is left, with session, owner and end', async () => {
    await armed();
    const found = (await api.listMarked?.([region]))?.found ?? [];
    expect(found).toMatchObject([
      { type: 'aws_scheduler_schedule', sessionId: session, owner: null, expiresAt: new Date(Date.UTC(2026, 10, 21) + hourMs).toISOString() },
      { type: 'aws_iam_role', sessionId: session, owner: 'me@here' },
    ]);
  });

  it('does not call a listing complete that could not look for it', async () => {
    await armed();
    await world.arm([fault('permission', { operation: 'ListRoles' })], null);
    await expect(api.listBySession(session)).rejects.toMatchObject({ problem: { kind: 'permission' } });
  });
});
