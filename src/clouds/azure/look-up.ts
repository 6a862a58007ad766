import type { Lookup } from '../../core/cloud.ts';
import { invalidInput } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { StackPlan } from '../../core/plan.ts';
import type { ArmClient } from './arm-client.ts';
import { lookUpImage } from './image-look-up.ts';
import { trustedLaunch } from './image-source.ts';
import { lookUpKey } from './key-look-up.ts';
import { checkLoginUser } from './login-user.ts';
import { type ExistingNetwork, lookUpNetwork } from './network-look-up.ts';
import { placeMachines } from './placement.ts';
import { usagesIn } from './quota.ts';
import { checkRegistrations } from './registrations.ts';
import { sizesIn } from './sizes.ts';
import { checkSubscription } from './subscription.ts';

export interface LookUpInput {
  readonly plan: StackPlan;
  readonly subscription: string;
  /** Asked where neither the plan nor an existing network says which. */
  readonly region: () => Promise<string>;
  readonly spreadBy: string;
  readonly cloudKeyName: string | null;
  readonly emit: Emit;
}

/** What only Azure can answer of a plan, asked at once and checked against each other. Rejects with a LabError. */
export async function lookUpStack(arm: ArmClient, input: LookUpInput): Promise<Lookup> {
  const { plan, subscription, spreadBy, cloudKeyName, emit } = input;
  checkLoginUser(plan.user);
  // Whether the subscription can be used at all comes first: everything else would fail for it in other words.
  const [{ network, region }] = await Promise.all([
    networkAndRegion(arm, input),
    checkSubscription(arm, subscription),
    checkRegistrations(arm, subscription, emit),
  ]);
  const [image, sizes, usages, cloudKeyText] = await Promise.all([
    lookUpImage(arm, subscription, plan, region, emit),
    sizesIn(arm, subscription, region),
    usagesIn(arm, subscription, region),
    cloudKeyName === null ? null : lookUpKey(arm, subscription, cloudKeyName),
  ]);
  const { type, size, zone } = placeMachines({ plan, region, sizes, usages, image, spreadBy, emit });
  const features = [...(image.generation === null ? [] : [image.generation]), ...(image.trustedLaunch && size.trustedLaunch ? [trustedLaunch] : [])];
  return {
    account: subscription,
    region,
    zone,
    image: { ...image.image, features },
    instanceType: size.name,
    vcpu: size.vcpu ?? type.vcpu,
    memoryGb: size.memoryGb ?? type.memoryGb,
    hourlyPrice: type.hourlyPrice,
    currency: type.currency,
    priceRegion: type.priceRegion,
    priceDate: type.priceDate,
    networkIds: network?.ids ?? null,
    cloudKeyText,
  };
}

async function networkAndRegion(arm: ArmClient, { plan, subscription, region }: LookUpInput) {
  const network = await lookUpNetwork(arm, subscription, plan);
  return { network, region: network === null ? await regionOf(plan, region) : regionWith(plan, network) };
}

function regionOf(plan: StackPlan, configured: () => Promise<string>): Promise<string> {
  return plan.region === 'auto' ? configured() : Promise.resolve(plan.region);
}

function regionWith(plan: StackPlan, network: ExistingNetwork): string {
  if (plan.region === 'auto' || plan.region === network.region) return network.region;
  throw invalidInput(`azure.subnetId is in ${network.region}, not in ${plan.region}`, `--region ${network.region}, or leave it out`);
}
