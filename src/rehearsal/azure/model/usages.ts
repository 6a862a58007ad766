import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { WorldView } from '../../engine/world.ts';
import { isTrueAt, textAt } from './fields.ts';
import { propertiesOf } from './kept.ts';
import { notAllowed, refused } from './refuse.ts';
import { familyTitle, sizesIn, type Size } from './sizes.ts';

/** Limits of a simulated subscription, per region: ample, so that only a fault or a crowd meets them. */
const limits = { cores: 1000, familyCores: 500, lowPriorityCores: 1000, virtualMachines: 25_000, addresses: 1000, networks: 1000, securityGroups: 5000, networkInterfaces: 65_536 } as const;

export interface Usage {
  readonly name: string;
  readonly title: string;
  readonly current: number;
  readonly limit: number;
}

function machinesIn(view: WorldView, subscription: string, location: string): readonly SimResource[] {
  return inSubscription(view, 'instance', subscription, location);
}

function inSubscription(view: WorldView, kind: string, subscription: string, location: string): readonly SimResource[] {
  const prefix = `/subscriptions/${subscription.toLowerCase()}/`;
  return view.list('azure', kind).filter(({ id, region }) => region === location && id.toLowerCase().startsWith(prefix));
}

/** What a machine takes from the quota: nothing once it is deallocated or gone. */
function coresOf(machine: SimResource): number {
  const state = machine.machine?.state;
  return state === 'terminated' || (state === 'stopped' && isTrueAt(machine.props, 'deallocate')) ? 0 : (machine.machine?.vcpu ?? 0);
}

/** vCPUs in use and their limits, in the order of Azure's list. */
export function computeUsages(view: WorldView, subscription: string, location: string): readonly Usage[] {
  const machines = machinesIn(view, subscription, location);
  const sizes = sizesIn(view, location);
  const familyOfSize = new Map(sizes.map(({ type, family }) => [type.type.toLowerCase(), family]));
  const cores = (chosen: (machine: SimResource) => boolean): number => machines.filter(chosen).reduce((sum, machine) => sum + coresOf(machine), 0);
  const regular = (machine: SimResource): boolean => machine.machine?.spot !== true;
  return [
    { name: 'virtualMachines', title: 'Virtual Machines', current: machines.length, limit: limits.virtualMachines },
    { name: 'cores', title: 'Total Regional vCPUs', current: cores(regular), limit: limits.cores },
    { name: 'lowPriorityCores', title: 'Total Regional Low-priority vCPUs', current: cores((machine) => !regular(machine)), limit: limits.lowPriorityCores },
    ...[...new Set(sizes.map(({ family }) => family))].map((family) => ({
      name: family,
      title: familyTitle(family),
      current: cores((machine) => regular(machine) && familyOfSize.get(textAt(propertiesOf(machine), 'hardwareProfile', 'vmSize')?.toLowerCase() ?? '') === family),
      limit: limits.familyCores,
    })),
  ];
}

export function networkUsages(view: WorldView, subscription: string, location: string): readonly Usage[] {
  const count = (kind: string): number => inSubscription(view, kind, subscription, location).length;
  return [
    { name: 'VirtualNetworks', title: 'Virtual Networks', current: count('virtualNetworks'), limit: limits.networks },
    { name: 'NetworkInterfaces', title: 'Network Interfaces', current: count('networkInterfaces'), limit: limits.networkInterfaces },
    { name: 'NetworkSecurityGroups', title: 'Network Security Groups', current: count('networkSecurityGroups'), limit: limits.securityGroups },
    { name: 'PublicIPAddresses', title: 'Public IP Addresses', current: count('publicIPAddresses'), limit: limits.addresses },
    { name: 'IPv4StandardSkuPublicIpAddresses', title: 'Public IPv4 Addresses - Standard', current: count('publicIPAddresses'), limit: limits.addresses },
  ];
}

/** Usages in the form of the API's answer. */
export function usageList(usages: readonly Usage[]): JsonObject {
  return { value: usages.map(({ name, title, current, limit }) => ({ unit: 'Count', currentValue: current, limit, name: { value: name, localizedValue: title } })) };
}

/** Refuses a machine for which the subscription has no vCPUs left. */
export function checkCores(view: WorldView, subscription: string, location: string, size: Size, spot: boolean): void {
  const usages = computeUsages(view, subscription, location);
  for (const name of spot ? ['lowPriorityCores'] : ['cores', size.family]) {
    const usage = usages.find((candidate) => candidate.name === name);
    if (usage !== undefined && usage.current + size.type.vcpu > usage.limit) throw coresExceeded(usage, location, size.type.vcpu);
  }
}

export function coresExceeded({ name, current, limit }: Usage, location: string, needed: number) {
  const words = name === 'cores' ? 'Total Regional Cores' : name === 'lowPriorityCores' ? 'LowPriorityCores' : `${name} Cores`;
  return notAllowed(
    `Operation could not be completed as it results in exceeding approved ${words} quota. Additional details - Deployment Model: Resource Manager, Location: ${location}, ` +
      `Current Limit: ${limit}, Current Usage: ${current}, Additional Required: ${needed}, (Minimum) New Limit Required: ${current + needed}. ` +
      'Setup Alerts when Quota reaches threshold. Learn more at https://aka.ms/quotamonitoringalerting . ' +
      "Submit a request for Quota increase at https://aka.ms/ProdportalCRP/#blade/Microsoft_Azure_Capacity/UsageAndQuota.ReactView by specifying parameters listed in the ‘Details’ section for deployment to succeed. " +
      'Please read more about quota limits at https://docs.microsoft.com/en-us/azure/azure-supportability/per-vm-quota-requests',
  );
}

export function checkAddresses(view: WorldView, subscription: string, location: string): void {
  const usage = networkUsages(view, subscription, location).find(({ name }) => name === 'PublicIPAddresses');
  if (usage === undefined || usage.current < usage.limit) return;
  throw refused(400, 'PublicIPCountLimitReached', `Cannot create more than ${usage.limit} public IP addresses for this subscription in this region.`);
}
