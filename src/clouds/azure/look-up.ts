import type { Lookup, LookupAgain } from '../../core/cloud.ts';
import { invalidInput } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { StackPlan } from '../../core/plan.ts';
import type { ArmClient } from './arm-client.ts';
import { lookUpImage } from './image-look-up.ts';
import { trustedLaunch } from './image-source.ts';
import { lookUpKey } from './key-look-up.ts';
import { checkLoginUser } from './login-user.ts';
import { type ExistingNetwork, lookUpNetwork } from './network-look-up.ts';
import { checkRegion, placeMachines } from './placement.ts';
import { usagesIn } from './quota.ts';
import { checkRegistrations } from './registrations.ts';
import { sizesIn } from './sizes.ts';
import { checkSubscription } from './subscription.ts';

export interface LookUpInput {
  readonly plan: StackPlan;
  readonly subscription: string;
  /** Looks up where neither the plan nor an existing network says in which region. */
  readonly anywhere: (lookUp: (region: string, emit: Emit) => Promise<Lookup>) => Promise<Lookup>;
  readonly spreadBy: string;
  readonly cloudKeyName: string | null;
  readonly again?: LookupAgain | undefined;
  readonly emit: Emit;
}

/** What only Azure can answer of a plan, asked at once and checked against each other. Rejects with a LabError. */
export async function lookUpStack(arm: ArmClient, input: LookUpInput): Promise<Lookup> {
  const { plan, subscription, emit } = input;
  checkLoginUser(plan.user);
  // Whether the subscription can be used at all comes first: everything else would fail for it in other words.
  const [network] = await Promise.all([
    lookUpNetwork(arm, subscription, plan),
    checkSubscription(arm, subscription),
    checkRegistrations(arm, subscription),
  ]);
  const lookUp = (region: string, report: Emit): Promise<Lookup> => lookUpIn(region, arm, network, { ...input, emit: report });
  const region = network === null ? plan.region : regionWith(plan, network);
  return region === 'auto' ? input.anywhere(lookUp) : lookUp(region, emit);
}

async function lookUpIn(region: string, arm: ArmClient, network: ExistingNetwork | null, input: LookUpInput): Promise<Lookup> {
  const { plan, subscription, spreadBy, cloudKeyName, again, emit } = input;
  const others = Promise.all([
    lookUpImage(arm, subscription, plan, region, emit),
    usagesIn(arm, subscription, region),
    cloudKeyName === null ? null : lookUpKey(arm, subscription, cloudKeyName),
  ]);
  // A region that is closed to the subscription has no images either: the sizes say it plainly.
  others.catch(() => undefined);
  const sizes = await sizesIn(arm, subscription, region);
  checkRegion(sizes, region);
  const [image, usages, cloudKeyText] = await others;
  const { type, size, zone } = placeMachines({ plan, region, sizes, usages, image, spreadBy, again, emit });
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

function regionWith(plan: StackPlan, network: ExistingNetwork): string {
  if (plan.region === 'auto' || plan.region === network.region) return network.region;
  throw invalidInput(`azure.subnetId is in ${network.region}, not in ${plan.region}`, `--region ${network.region}, or leave it out`);
}
