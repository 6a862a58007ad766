/** A quota as Service Quotas knows it; it holds for one account in one region. */
export interface Quota {
  readonly service: 'ec2' | 'vpc';
  readonly code: string;
  readonly name: string;
}

interface Bucket {
  /** The letters that the names of its instance types begin with: `t` of t3a.medium. */
  readonly families: readonly string[];
  readonly onDemand: Quota;
  /** null: there is none for spot, or more than one. */
  readonly spot: Quota | null;
}

const running = (code: string, what: string): Quota => ({ service: 'ec2', code, name: `Running On-Demand ${what} instances` });
const requested = (code: string, what: string): Quota => ({ service: 'ec2', code, name: `All ${what} Spot Instance Requests` });

const standard = 'Standard (A, C, D, H, I, M, R, T, Z)';

/**
 * The vCPU quotas, by families of instance types. Families and names: EC2 user guide, "On-Demand Instance quotas" and "Spot Instance
 * quotas"; codes: the links of the same tables, and listings of Service Quotas that accounts have published (read 2026-11).
 * P has two quotas for spot, by generation; nothing is known of spot for HPC and High Memory; Mac runs on dedicated hosts only.
 */
const buckets: readonly Bucket[] = [
  {
    families: ['a', 'c', 'd', 'h', 'i', 'im', 'is', 'm', 'r', 't', 'z'],
    onDemand: running('L-1216C47A', standard),
    spot: requested('L-34B43A08', standard),
  },
  { families: ['f'], onDemand: running('L-74FC7D96', 'F'), spot: requested('L-88CF9481', 'F') },
  { families: ['g', 'gr', 'vt'], onDemand: running('L-DB2E81BA', 'G and VT'), spot: requested('L-3819A6DF', 'G and VT') },
  { families: ['p'], onDemand: running('L-417A185B', 'P'), spot: null },
  { families: ['x'], onDemand: running('L-7295265B', 'X'), spot: requested('L-E3A00192', 'X') },
  { families: ['inf'], onDemand: running('L-1945791B', 'Inf'), spot: requested('L-B5D1601B', 'Inf') },
  { families: ['trn'], onDemand: running('L-2C3B7624', 'Trn'), spot: requested('L-6B0D517C', 'Trn') },
  { families: ['dl'], onDemand: running('L-6E869C2A', 'DL'), spot: requested('L-85EED4F7', 'DL') },
  { families: ['hpc'], onDemand: running('L-F7808C92', 'HPC'), spot: null },
  { families: ['u'], onDemand: running('L-43DA4232', 'High Memory'), spot: null },
];

/** VPCs of an account in a region, the default one counted (Amazon VPC user guide, "Amazon VPC quotas"). */
export const vpcQuota: Quota = { service: 'vpc', code: 'L-F678F1CE', name: 'VPCs per Region' };

/** The quota that the vCPUs of a type count against; null where none is known. */
export function vcpuQuotaOf(instanceType: string, market: 'on-demand' | 'spot'): Quota | null {
  const family = /^[a-z]+/.exec(instanceType)?.[0] ?? '';
  const bucket = buckets.find(({ families }) => families.includes(family));
  return (market === 'spot' ? bucket?.spot : bucket?.onDemand) ?? null;
}
