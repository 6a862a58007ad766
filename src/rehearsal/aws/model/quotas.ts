import type { SimResource } from '../../engine/resource.ts';
import type { WorldView } from '../../engine/world.ts';
import { numberOrNull } from './props.ts';

/**
 * An account whose limits were raised, so that many labs fit side by side (a new one has 5 VPCs and 5 addresses in a region;
 * AWS General Reference, "Amazon EC2 endpoints and quotas", "Amazon VPC endpoints and quotas"). A quota fault, or a record
 * of a quota in the world, brings the limits back.
 */
const usual = {
  /** vCPUs of running on-demand instances of the families A, C, D, H, I, M, R, T and Z. */
  standardVcpus: 4_096,
  standardSpotVcpus: 4_096,
  /** vCPUs of each other bucket. */
  otherVcpus: 0,
  /** The default VPC counts. */
  vpcs: 500,
  internetGateways: 500,
  elasticIps: 500,
  rulesPerGroup: 60,
} as const;
export type Quota = keyof typeof usual;

/** What the account may have in the region. */
export function quotaOf(view: WorldView, region: string, quota: Quota): number {
  const raised = view.get('aws', quotaId(region, quota));
  return (raised === null ? null : numberOrNull(raised, 'value')) ?? usual[quota];
}

/** The record of a quota that is not the usual one: put into the world, it holds from then on. */
export function quotaRecord(region: string, quota: Quota, value: number, nowMs: number): SimResource {
  return { cloud: 'aws', kind: 'quota', id: quotaId(region, quota), name: quota, region, zone: null, tags: {}, createdAtMs: nowMs, props: { value } };
}

function quotaId(region: string, quota: Quota): string {
  return `quota:${region}:${quota}`;
}
