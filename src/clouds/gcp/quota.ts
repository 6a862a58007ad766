import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import type { StackPlan } from '../../core/plan.ts';
import type { ComputeClient } from './compute-client.ts';
import type { Placement } from './machine-type-look-up.ts';
import { gcpSettings } from './settings.ts';

const quota = z.object({ metric: z.string(), limit: z.number(), usage: z.number() });
export type Quota = z.output<typeof quota>;

const withQuotas = z.object({ quotas: z.array(quota).default([]) });

/** The project's own quotas, whatever the region; null where they cannot be read. */
export function projectQuotas(client: ComputeClient): Promise<readonly Quota[] | null> {
  return quotasAt(client, `projects/${client.project}`);
}

async function quotasAt(client: ComputeClient, path: string): Promise<readonly Quota[] | null> {
  try {
    return (await client.get(path, withQuotas)).quotas;
  } catch (error) {
    // Whoever may not read them may still create machines: the cloud itself will say.
    if (error instanceof LabError) return null;
    throw error;
  }
}

export interface QuotaInput {
  readonly plan: StackPlan;
  readonly region: string;
  readonly project: string;
  readonly placement: Placement;
  /** null: not readable. */
  readonly regional: readonly Quota[] | null;
  readonly global: readonly Quota[] | null;
}

interface Need {
  readonly metric: string;
  readonly amount: number;
  readonly hint: string;
}

/**
 * Refuses, with kind quota, a lab that the project's quotas cannot take: vCPUs, public addresses, instances, and a network of its own.
 * Only what is known to be too much: a quota that is not listed says nothing.
 */
export function checkQuotas({ plan, region, project, placement, regional, global }: QuotaInput): void {
  const more = `https://console.cloud.google.com/iam-admin/quotas?project=${project}`;
  for (const [quotas, needs, where] of [
    [regional, regionalNeeds(plan, placement, regional ?? []), `in ${region}`],
    [global, globalNeeds(plan, placement), 'in the project'],
  ] as const) {
    for (const { metric, amount, hint } of needs) {
      const found = quotas?.find((one) => one.metric === metric);
      if (found === undefined || found.usage + amount <= found.limit) continue;
      const left = Math.max(0, found.limit - found.usage);
      throw new LabError({
        kind: 'quota',
        code: metric,
        summary: `the project's quota ${metric} has ${left} of ${found.limit} left ${where}, the lab needs ${amount}`,
        hint: `${hint}; more: ${more}`,
        retryable: false,
        ...(metric.startsWith('PREEMPTIBLE') ? { holdsFor: 'spot' } : quotas === regional ? { holdsFor: 'region' } : {}),
      });
    }
  }
}

function regionalNeeds(plan: StackPlan, placement: Placement, quotas: readonly Quota[]): readonly Need[] {
  const smaller = 'another region (--region), or a smaller size (--size small)';
  const elsewhere = 'another region (--region), or release what is not needed';
  const metric = cpuMetric(plan, placement, quotas);
  return [
    ...(metric === null ? [] : [{ metric, amount: cpus(plan, placement), hint: plan.spot.enabled && metric.startsWith('PREEMPTIBLE') ? `--no-spot, or ${smaller}` : smaller }]),
    { metric: 'IN_USE_ADDRESSES', amount: plan.count, hint: elsewhere },
    { metric: 'INSTANCES', amount: plan.count, hint: elsewhere },
  ];
}

function globalNeeds(plan: StackPlan, placement: Placement): readonly Need[] {
  const own = plan.network === 'isolated' && gcpSettings(plan.settings).subnetwork === null;
  const remove = 'remove what is not needed';
  return [
    { metric: 'CPUS_ALL_REGIONS', amount: cpus(plan, placement), hint: 'a smaller size (--size small), or another project (gcp.project)' },
    ...(own ? [{ metric: 'NETWORKS', amount: 1, hint: '--network default, or remove a network: gcloud compute networks list' }] : []),
    ...(own ? [{ metric: 'SUBNETWORKS', amount: 1, hint: `--network default, or ${remove}` }] : []),
    { metric: 'FIREWALLS', amount: 1, hint: `${remove}: gcloud compute firewall-rules list` },
  ];
}

/** Machines that share a core may count for less than the vCPUs they show: the least they can count is taken. */
function cpus(plan: StackPlan, { offered }: Placement): number {
  return plan.count * (offered.isSharedCpu === true ? 1 : offered.guestCpus);
}

/** Series that count against the common quota; the others have one of their own, which is listed or not. */
const commonSeries: readonly string[] = ['e2', 'n1', 'f1', 'g1', 'custom'];

function cpuMetric(plan: StackPlan, { offered }: Placement, quotas: readonly Quota[]): string | null {
  const series = /^[a-z]+\d*[a-z]*/.exec(offered.name)?.[0] ?? '';
  const listed = (metric: string) => quotas.some((one) => one.metric === metric && one.limit > 0);
  // Without a quota for spot machines of their own, they count as others do.
  if (plan.spot.enabled && listed('PREEMPTIBLE_CPUS')) return 'PREEMPTIBLE_CPUS';
  const own = `${series.toUpperCase()}_CPUS`;
  // Some projects have a quota of their own for e2.
  if (commonSeries.includes(series)) return listed(own) ? own : 'CPUS';
  return quotas.some(({ metric }) => metric === own) ? own : null;
}
