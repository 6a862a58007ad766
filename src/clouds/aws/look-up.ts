import type { Lookup, LookupAgain } from '../../core/cloud.ts';
import { invalidInput } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { StackPlan } from '../../core/plan.ts';
import type { Ec2 } from './ec2-calls.ts';
import { lookUpImage } from './image-look-up.ts';
import { describeType, type Offered, offersOf, placeInstances } from './instance-type-look-up.ts';
import { checkKeyPair, type ExistingNetwork, lookUpNetwork, networkIdsIn } from './network-look-up.ts';
import { checkQuotas, quotasInUse, type ReadLimit } from './quota.ts';
import { awsSettings } from './settings.ts';

export interface LookUpInput {
  readonly plan: StackPlan;
  readonly region: string;
  readonly account: Promise<string>;
  /** The zone among several that fit is chosen by this text, so that many sessions do not crowd one zone. */
  readonly spreadBy: string;
  readonly cloudKeyName: string | null;
  readonly again?: LookupAgain | undefined;
  /** What the account may have in the region. */
  readonly limits: ReadLimit;
  readonly emit: Emit;
}

/** What only EC2 can answer of a plan, asked at once and checked against each other. Rejects with a LabError. */
export async function lookUpStack(ec2: Ec2, input: LookUpInput): Promise<Lookup> {
  const { plan, region, emit } = input;
  const [account, { zones, sound, offers }, named, network, image, inUse] = await Promise.all([
    input.account,
    offersOf(ec2, plan.instanceTypes),
    namedType(ec2, plan),
    lookUpNetwork(ec2, plan, region),
    lookUpImage(ec2, plan, region, emit),
    // Part of the stack stands the second time: what it uses is counted already.
    input.again === undefined ? quotasInUse(ec2, plan, input.limits, emit) : [],
    input.cloudKeyName === null ? undefined : checkKeyPair(ec2, input.cloudKeyName, region),
  ]);
  const { type, zone } = placeInstances(plan, region, offers, allowedZones(plan, region, { zones, sound }, network), input, emit);
  checkQuotas(plan, region, { ...type, vcpu: named?.vcpu ?? type.vcpu }, inUse);
  if (awsSettings(plan.settings).securityGroupIds.length > 0) {
    const message = `labtui opens nothing: ${awsSettings(plan.settings).securityGroupIds.join(', ')} must let SSH in`;
    emit({ type: 'log', level: 'warn', message });
  }
  return {
    account,
    region,
    zone,
    image,
    instanceType: type.type,
    vcpu: named?.vcpu ?? type.vcpu,
    memoryGb: named?.memoryGb ?? type.memoryGb,
    hourlyPrice: type.hourlyPrice,
    currency: type.currency,
    priceRegion: type.priceRegion,
    priceDate: type.priceDate,
    networkIds: networkIdsIn(network, zone),
  };
}

async function namedType(ec2: Ec2, plan: StackPlan) {
  const [type] = plan.instanceTypes;
  return plan.typeNamedByUser && type !== undefined ? describeType(ec2, type, plan.arch) : null;
}

/** The zones that profile and network leave to choose from. */
function allowedZones(plan: StackPlan, region: string, { zones, sound }: Pick<Offered, 'zones' | 'sound'>, network: ExistingNetwork | null): readonly string[] {
  const open = network === null ? zones : [...network.subnetByZone.keys()];
  if (plan.zone === 'auto') return open.some((zone) => sound.includes(zone)) ? open.filter((zone) => sound.includes(zone)) : open;
  if (!zones.includes(plan.zone)) {
    throw invalidInput(`${region} has no zone "${plan.zone}" that the account may use`, `--zone ${zones[0] ?? 'auto'}`, `zones: ${zones.join(', ')}`);
  }
  if (!open.includes(plan.zone)) {
    throw invalidInput(`zone ${plan.zone} is not in the network that was named`, 'leave out --zone', `its zones: ${open.join(', ')}`);
  }
  return [plan.zone];
}
