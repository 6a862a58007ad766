import { DescribeInstancesCommand, DescribeVpcsCommand, type Instance } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import type { InstanceType } from '../../core/clouds.ts';
import { LabError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { StackPlan } from '../../core/plan.ts';
import { allPages, type Ec2 } from './ec2-calls.ts';
import { makesNetwork } from './network-look-up.ts';
import { type Quota, vcpuQuotaOf, vpcQuota } from './quota-codes.ts';
import { signedCall } from './signed-call.ts';
import type { AwsCaller } from './signed-request.ts';

/** What the account may have of a quota in the region. Rejects with a LabError where that cannot be read. */
export type ReadLimit = (quota: Quota) => Promise<number>;

const answer = z.object({ Quota: z.object({ Value: z.number() }) });

/** Nothing depends on the answer, and a network that lets only EC2 through leaves the question without one. */
const patienceMs = 5_000;

/** Service Quotas' GetServiceQuota: the limit as it was raised for the account, not AWS's default. */
export function limitsOf(caller: AwsCaller, region: string): ReadLimit {
  return async ({ service, code }) => {
    const target = 'ServiceQuotasV20190624.GetServiceQuota';
    const briefly = { ...caller, signal: AbortSignal.any([caller.signal, AbortSignal.timeout(patienceMs)]) };
    const said = await signedCall(briefly, { service: 'servicequotas', variable: 'SERVICE_QUOTAS', region, target, body: { ServiceCode: service, QuotaCode: code } });
    const read = answer.safeParse(said);
    if (read.success) return read.data.Quota.Value;
    throw new LabError({ kind: 'internal', summary: `Service Quotas answered without a value for ${code}` }, { cause: read.error });
  };
}

/** A quota with what is used of it, both of the region. */
export interface Use {
  readonly quota: Quota;
  readonly limit: number;
  readonly used: number;
}

/**
 * The quotas that a lab counts against, as far as they can be read: for the rest a debug message is all, since whoever may not read
 * quotas may still create machines, and EC2 itself will say.
 */
export async function quotasInUse(ec2: Ec2, plan: StackPlan, readLimit: ReadLimit, emit: Emit): Promise<readonly Use[]> {
  const market = marketOf(plan);
  const wanted = new Map(plan.instanceTypes.flatMap(({ type }) => vcpuQuotaOf(type, market) ?? []).map((quota) => [quota.code, quota]));
  if (makesNetwork(plan)) wanted.set(vpcQuota.code, vpcQuota);
  const limits = await Promise.all([...wanted.values()].map(async (quota) => ({ quota, limit: await readable(titleOf(quota), readLimit(quota), emit) })));
  const known = limits.flatMap(({ quota, limit }) => (limit === null ? [] : [{ quota, limit }]));
  const [vpcs, instances] = await Promise.all([
    known.some(({ quota }) => quota === vpcQuota) ? readable('the number of VPCs', countVpcs(ec2), emit) : null,
    known.some(({ quota }) => quota !== vpcQuota) ? readable('the vCPUs in use', runningInstances(ec2), emit) : null,
  ]);
  return known.flatMap(({ quota, limit }) => {
    const used = quota === vpcQuota ? vpcs : instances === null ? null : vcpusOf(instances, quota);
    return used === null ? [] : [{ quota, limit, used }];
  });
}

/** Refuses, with kind quota, a lab that is known to be too much: more vCPUs than are left, or one VPC too many. */
export function checkQuotas(plan: StackPlan, region: string, type: InstanceType, inUse: readonly Use[]): void {
  const counted = vcpuQuotaOf(type.type, marketOf(plan));
  const smaller = plan.typeNamedByUser ? 'another type (--instance-type)' : 'a smaller size (--size small)';
  const needs = [
    {
      code: counted?.code,
      amount: plan.count * (type.vcpu ?? 0),
      unit: 'vCPU ',
      holdsFor: plan.spot.enabled ? 'spot' : 'region',
      hint: `${plan.spot.enabled ? '--no-spot, ' : ''}another region (--region), or ${smaller}`,
    },
    { code: vpcQuota.code, amount: 1, unit: '', holdsFor: 'region', hint: '--network default, or another region (--region)' },
  ] as const;
  for (const { code, amount, unit, holdsFor, hint } of needs) {
    const found = inUse.find(({ quota }) => quota.code === code);
    if (found === undefined || found.used + amount <= found.limit) continue;
    const { quota, limit, used } = found;
    throw new LabError({
      kind: 'quota',
      code: quota.code,
      summary: `the account's quota "${quota.name}" has ${Math.max(0, limit - used)} of ${limit} ${unit}left in ${region}, the lab needs ${amount}`,
      hint: `${hint}; more: ${increase(quota, used + amount, region)}`,
      retryable: false,
      holdsFor,
    });
  }
}

function increase({ service, code }: Quota, value: number, region: string): string {
  return `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${value} --region ${region}`;
}

function marketOf({ spot }: StackPlan): 'on-demand' | 'spot' {
  return spot.enabled ? 'spot' : 'on-demand';
}

function titleOf({ name, code }: Quota): string {
  return `the quota "${name}" (${code})`;
}

async function readable<T>(what: string, asked: Promise<T>, emit: Emit): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    emit({ type: 'log', level: 'debug', message: `${what} cannot be read, so it is not checked (${error.problem.code ?? error.problem.kind}: ${error.problem.summary})` });
    return null;
  }
}

async function countVpcs(ec2: Ec2): Promise<number> {
  const vpcs = await allPages((NextToken) => ec2.send(new DescribeVpcsCommand({ NextToken })), (page) => page.Vpcs);
  return vpcs.length;
}

function runningInstances(ec2: Ec2): Promise<readonly Instance[]> {
  const Filters = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];
  return allPages(
    (NextToken) => ec2.send(new DescribeInstancesCommand({ Filters, NextToken })),
    (page) => page.Reservations?.flatMap(({ Instances = [] }) => Instances),
  );
}

/** What runs on dedicated hosts does not count; unused capacity reservations, which do, are not seen: EC2 may still refuse. */
function vcpusOf(instances: readonly Instance[], quota: Quota): number {
  return instances
    .filter(({ Placement }) => Placement?.Tenancy !== 'host')
    .filter(({ InstanceType = '', InstanceLifecycle }) => vcpuQuotaOf(InstanceType, InstanceLifecycle === 'spot' ? 'spot' : 'on-demand')?.code === quota.code)
    .reduce((sum, { CpuOptions }) => sum + (CpuOptions?.CoreCount ?? 0) * (CpuOptions?.ThreadsPerCore ?? 1), 0);
}
