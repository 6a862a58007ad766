import * as z from 'zod';
import { LabError } from '../../core/errors.ts';
import type { StackPlan } from '../../core/plan.ts';
import { apiVersion } from './api-versions.ts';
import type { ArmClient } from './arm-client.ts';
import { sameText } from './arm-id.ts';
import type { Size } from './sizes.ts';

const usage = z.object({
  currentValue: z.number(),
  limit: z.number(),
  name: z.object({ value: z.string().default(''), localizedValue: z.string().nullish() }),
});
export type Usage = z.output<typeof usage>;

export interface Usages {
  /** null: not readable. */
  readonly compute: readonly Usage[] | null;
  readonly network: readonly Usage[] | null;
}

/** What the subscription has in use in a region, and how much it may have. */
export async function usagesIn(arm: ArmClient, subscription: string, region: string): Promise<Usages> {
  const read = async (namespace: string, version: string): Promise<readonly Usage[] | null> => {
    try {
      return await arm.list(`/subscriptions/${subscription}/providers/${namespace}/locations/${region}/usages`, version, usage);
    } catch (error) {
      // Whoever may not read them may still create machines: the cloud itself will say.
      if (error instanceof LabError) return null;
      throw error;
    }
  };
  const [compute, network] = await Promise.all([read('Microsoft.Compute', apiVersion.compute), read('Microsoft.Network', apiVersion.network)]);
  return { compute, network };
}

export interface Shortage {
  /** As people read it: `Total Regional vCPUs`. */
  readonly quota: string;
  readonly left: number;
  readonly limit: number;
  readonly needed: number;
  /** Whether another size could do with it. */
  readonly bySize: boolean;
}

/**
 * The first quota that cannot take the machines in a size: vCPUs of its family and of the region, or of spot machines; null where
 * all can, or where nothing is known. `freed`: vCPUs in use that go before these come.
 */
export function coreShortage(plan: StackPlan, size: Size, { compute }: Usages, freed = 0): Shortage | null {
  const needed = Math.max(0, plan.count * (size.vcpu ?? 0) - freed);
  const names = plan.spot.enabled ? ['lowPriorityCores'] : [size.family, 'cores'];
  for (const name of names) {
    const found = shortageIn(compute, name, needed);
    if (found !== null) return { ...found, bySize: name === size.family };
  }
  return null;
}

/** The same for public addresses: those of the standard kind have a quota of their own where it is listed. */
export function addressShortage(plan: StackPlan, { network }: Usages): Shortage | null {
  const names = ['IPv4StandardSkuPublicIpAddresses', 'StandardSkuPublicIpAddresses', 'PublicIPAddresses'];
  const listed = names.find((name) => network?.some((one) => sameText(one.name.value, name)));
  return listed === undefined ? null : shortageIn(network, listed, plan.count);
}

function shortageIn(usages: readonly Usage[] | null, name: string, needed: number): Shortage | null {
  const found = usages?.find((one) => sameText(one.name.value, name));
  // A negative limit is none.
  if (found === undefined || found.limit < 0 || found.currentValue + needed <= found.limit) return null;
  const left = Math.max(0, found.limit - found.currentValue);
  return { quota: found.name.localizedValue ?? found.name.value, left, limit: found.limit, needed, bySize: false };
}

/** The refusal behind a shortage. */
export function quotaError({ quota, left, limit, needed, bySize }: Shortage, plan: StackPlan, region: string): LabError {
  const smaller = plan.typeNamedByUser ? 'another type (--instance-type)' : 'a smaller size (--size small)';
  return new LabError({
    kind: 'quota',
    summary: `the subscription's quota "${quota}" has ${left} of ${limit} left in ${region}, the lab needs ${needed}`,
    hint: `${plan.spot.enabled ? '--no-spot, ' : ''}another region (--region)${bySize || quota.includes('vCPU') ? ` or ${smaller}` : ''}; more: az quota, or https://aka.ms/quota`,
    retryable: false,
    holdsFor: 'region',
  });
}
