import { describe, expect, it } from 'vitest';
import { awsFacts } from '../../../src/clouds/aws/facts.ts';
import { checkQuotas, quotasInUse, type ReadLimit } from '../../../src/clouds/aws/quota.ts';
import { vcpuQuotaOf, vpcQuota } from '../../../src/clouds/aws/quota-codes.ts';
import { LabError } from '../../../src/core/errors.ts';
import type { LabEventBody } from '../../../src/core/events.ts';
import type { StackPlan } from '../../../src/core/plan.ts';
import { awsError, type Ec2Answers, fakeEc2, filterOf } from './fake-ec2.ts';
import { stackPlan } from './stack-inputs.ts';

const standard = 'L-1216C47A';
const standardSpot = 'L-34B43A08';
const medium = awsFacts.instanceTypes.find(({ type }) => type === 't3.medium')!;

/** Limits by code; one that is not named cannot be read. */
function limits(byCode: Readonly<Record<string, number>>): ReadLimit {
  return ({ code }) => {
    const value = byCode[code];
    const denied = { kind: 'permission', code: 'AccessDeniedException', summary: 'the credentials may not servicequotas:GetServiceQuota' } as const;
    return value === undefined ? Promise.reject(new LabError(denied)) : Promise.resolve(value);
  };
}

const instance = (InstanceType: string, vcpu: number, more: object = {}) => ({ InstanceType, CpuOptions: { CoreCount: vcpu / 2, ThreadsPerCore: 2 }, ...more });
const running = (...Instances: object[]) => ({ DescribeInstances: () => ({ Reservations: [{ Instances }] }) });
const vpcs = (count: number) => ({ DescribeVpcs: () => ({ Vpcs: Array.from({ length: count }, (_, index) => ({ VpcId: `vpc-${index}` })) }) });

async function check(plan: StackPlan, readLimit: ReadLimit, answers: Ec2Answers, type = medium) {
  const events: LabEventBody[] = [];
  const { ec2, asked } = fakeEc2(answers);
  const inUse = await quotasInUse(ec2, plan, readLimit, (body) => events.push(body));
  const refused = (): unknown => {
    try {
      checkQuotas(plan, 'eu-west-1', type, inUse);
      return null;
    } catch (error) {
      return error;
    }
  };
  return { refused: refused(), asked, events };
}

describe('the quota a type counts against', () => {
  it('is that of its family, another one for spot', () => {
    const codes = (type: string) => [vcpuQuotaOf(type, 'on-demand')?.code, vcpuQuotaOf(type, 'spot')?.code];
    for (const type of ['t3a.medium', 'm7i-flex.large', 'c7gn.xlarge', 'im4gn.large', 'is4gen.medium', 'z1d.large', 'h1.2xlarge']) expect(codes(type), type).toEqual([standard, standardSpot]);
    expect(codes('g5.xlarge')).toEqual(['L-DB2E81BA', 'L-3819A6DF']);
    expect(codes('gr6.4xlarge')).toEqual(['L-DB2E81BA', 'L-3819A6DF']);
    expect(codes('vt1.3xlarge')).toEqual(['L-DB2E81BA', 'L-3819A6DF']);
    expect(codes('x2gd.medium')).toEqual(['L-7295265B', 'L-E3A00192']);
    expect(codes('trn1.2xlarge')).toEqual(['L-2C3B7624', 'L-6B0D517C']);
    expect(codes('p5.48xlarge')).toEqual(['L-417A185B', undefined]);
    expect(codes('u-6tb1.112xlarge')).toEqual(['L-43DA4232', undefined]);
    expect(codes('mac2-m2pro.metal')).toEqual([undefined, undefined]);
  });
});

describe('the quotas of an account', () => {
  it('refuse a lab that needs more vCPUs than are left, with the command that asks for more', async () => {
    const used = running(instance('m5.large', 2), instance('t3.medium', 2), instance('g5.xlarge', 4), instance('t3.small', 2, { InstanceLifecycle: 'spot' }), instance('m5.metal', 96, { Placement: { Tenancy: 'host' } }));
    const { refused, asked } = await check(stackPlan({ count: 2, network: 'default' }), limits({ [standard]: 5 }), used);
    expect(refused).toMatchObject({
      problem: {
        kind: 'quota',
        code: standard,
        holdsFor: 'region',
        summary: `the account's quota "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances" has 1 of 5 vCPU left in eu-west-1, the lab needs 4`,
        hint: 'another region (--region), or a smaller size (--size small); more: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value 8 --region eu-west-1',
      },
    });
    expect(filterOf(asked[0]?.input ?? {}, 'instance-state-name')).toEqual(['pending', 'running']);
    expect((await check(stackPlan({ count: 2, network: 'default' }), limits({ [standard]: 8 }), used)).refused).toBeNull();
  });

  it('count spot machines apart', async () => {
    const plan = stackPlan({ network: 'default', spot: { ...stackPlan().spot, enabled: true } });
    const used = running(instance('m5.large', 2), instance('t3.small', 2, { InstanceLifecycle: 'spot' }));
    expect((await check(plan, limits({ [standardSpot]: 4 }), used)).refused).toBeNull();
    const { refused } = await check(plan, limits({ [standardSpot]: 3 }), used);
    expect(refused).toMatchObject({ problem: { kind: 'quota', code: standardSpot, holdsFor: 'spot', hint: expect.stringContaining('--no-spot, another region') as string } });
  });

  it('refuse a VPC too many, only where the lab makes one of its own', async () => {
    const full = { ...running(), ...vpcs(5) };
    const known = limits({ [standard]: 100, [vpcQuota.code]: 5 });
    expect((await check(stackPlan(), known, full)).refused).toMatchObject({
      problem: { kind: 'quota', code: 'L-F678F1CE', summary: `the account's quota "VPCs per Region" has 0 of 5 left in eu-west-1, the lab needs 1`, hint: expect.stringMatching(/^--network default.*--service-code vpc --quota-code L-F678F1CE --desired-value 6/) as string },
    });
    expect((await check(stackPlan(), known, { ...running(), ...vpcs(4) })).refused).toBeNull();
    for (const other of [stackPlan({ network: 'default' }), stackPlan({}, { subnetId: 'subnet-0a' })]) {
      const { refused, asked } = await check(other, known, running());
      expect([refused, asked.map(({ command }) => command)]).toEqual([null, ['DescribeInstances']]);
    }
  });

  it('that may not be read are no hindrance: nothing is counted, and only who looks for it sees why', async () => {
    const { refused, asked, events } = await check(stackPlan(), limits({}), {});
    expect([refused, asked]).toEqual([null, []]);
    expect(events).toHaveLength(2);
    expect(events).toContainEqual({
      type: 'log',
      level: 'debug',
      message: 'the quota "VPCs per Region" (L-F678F1CE) cannot be read, so it is not checked (AccessDeniedException: the credentials may not servicequotas:GetServiceQuota)',
    });
  });

  it('are not checked where what is used of them cannot be counted', async () => {
    const denied = {
      ...vpcs(0),
      DescribeInstances: () => {
        throw awsError('UnauthorizedOperation', 'You are not authorized to perform this operation.');
      },
    };
    const { refused, events } = await check(stackPlan(), limits({ [standard]: 0, [vpcQuota.code]: 5 }), denied);
    expect([refused, events.map((event) => event.type === 'log' && event.level)]).toEqual([null, ['debug']]);
  });

  it('say nothing of a type whose size or family is not known', async () => {
    const unknown = { ...medium, type: 'zz9.huge', vcpu: null };
    const plan = stackPlan({ instanceTypes: [unknown], typeNamedByUser: true, network: 'default' });
    expect(await check(plan, limits({}), {}, unknown)).toMatchObject({ refused: null, asked: [], events: [] });
  });

  it('are read to the last page, and a bug stays a bug', async () => {
    const pages = { DescribeInstances: ({ NextToken }: { readonly NextToken?: unknown }) => ({ Reservations: [{ Instances: [instance('m5.large', 2)] }], ...(NextToken === undefined ? { NextToken: 'more' } : {}) }) };
    expect((await check(stackPlan({ network: 'default' }), limits({ [standard]: 5 }), pages)).refused).toMatchObject({ problem: { summary: expect.stringContaining('has 1 of 5 vCPU left') as string } });
    await expect(check(stackPlan(), () => Promise.reject(new TypeError('x is undefined')), {})).rejects.toBeInstanceOf(TypeError);
  });
});
