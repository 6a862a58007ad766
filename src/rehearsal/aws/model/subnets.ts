import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { add, all, type Ec2, type Ec2View, get, remove, type Tags } from './ec2.ts';
import { dependencyViolation, invalidParameter } from './errors.ts';
import { contains, type IpRange, overlaps, parseRange, reservedAddresses } from './ip-ranges.ts';
import { text, withProps } from './props.ts';
import { zonesOf } from './regions.ts';
import { checkedTags } from './tags.ts';

export interface NewSubnet {
  readonly vpcId: string;
  readonly cidrBlock: string;
  /** null: EC2 chooses. */
  readonly availabilityZone?: string | null;
  readonly availabilityZoneId?: string | null;
  readonly tags?: Tags;
  readonly isDefault?: boolean;
}

/** CreateSubnet: inside its VPC, beside the others. */
export function createSubnet(ec2: Ec2, input: NewSubnet): SimResource {
  const { vpcId, cidrBlock, tags = {}, isDefault = false } = input;
  const vpc = get(ec2, 'vpc', vpcId);
  const range = parseRange(cidrBlock);
  const whole = parseRange(text(vpc, 'cidrBlock'));
  if (range === null || whole === null || range.prefix < 16 || range.prefix > 28 || !contains(whole, range)) {
    throw new CloudError('InvalidSubnet.Range', `The CIDR '${cidrBlock}' is invalid.`);
  }
  if (subnetsOf(ec2, vpcId).some((other) => overlaps(rangeOf(other), range))) {
    throw new CloudError('InvalidSubnet.Conflict', `The CIDR '${cidrBlock}' conflicts with another subnet`);
  }
  const zone = chosenZone(ec2, input);
  return add(ec2, 'subnet', {
    zone: zone.name,
    tags: checkedTags(tags),
    props: { vpcId, cidrBlock, availabilityZoneId: zone.id, mapPublicIpOnLaunch: isDefault, defaultForAz: isDefault },
  });
}

function chosenZone({ tx, region }: Ec2, { availabilityZone = null, availabilityZoneId = null }: NewSubnet): { readonly name: string; readonly id: string } {
  const zones = zonesOf(tx.catalogue, region);
  const named = availabilityZone === null && availabilityZoneId === null;
  const zone = named ? zones[0] : zones.find(({ name, id }) => name === availabilityZone || id === availabilityZoneId);
  if (zone !== undefined) return zone;
  const offered = zones.map(({ name }) => name).join(', ');
  throw invalidParameter(
    `Value (${availabilityZone ?? availabilityZoneId ?? ''}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${offered}.`,
  );
}

export function subnetsOf(ec2: Ec2View, vpcId: string): readonly SimResource[] {
  return all(ec2, 'subnet').filter((subnet) => text(subnet, 'vpcId') === vpcId);
}

export function rangeOf(subnet: SimResource): IpRange {
  const range = parseRange(text(subnet, 'cidrBlock'));
  if (range === null) throw new Error(`subnet ${subnet.id} has no address range`);
  return range;
}

/** Private addresses of the subnet that are in use. */
export function takenAddresses(ec2: Ec2View, subnetId: string): ReadonlySet<string> {
  const interfaces = all(ec2, 'network-interface').filter((each) => text(each, 'subnetId') === subnetId);
  return new Set(interfaces.map((each) => text(each, 'privateIp')));
}

export function availableAddresses(ec2: Ec2View, subnet: SimResource): number {
  return rangeOf(subnet).size - reservedAddresses - takenAddresses(ec2, subnet.id).size;
}

/** ModifySubnetAttribute. */
export function modifySubnet(ec2: Ec2, id: string, change: { readonly mapPublicIpOnLaunch?: boolean }): SimResource {
  const changed = withProps(get(ec2, 'subnet', id), { ...change });
  ec2.tx.put(changed);
  return changed;
}

/** DeleteSubnet: when no network interface is left in it. Its association with a route table ends. */
export function deleteSubnet(ec2: Ec2, id: string): void {
  const subnet = get(ec2, 'subnet', id);
  if (takenAddresses(ec2, id).size > 0) throw dependencyViolation(`The subnet '${id}' has dependencies and cannot be deleted.`);
  for (const table of all(ec2, 'route-table')) {
    const { associations } = table.props;
    if (!Array.isArray(associations)) continue;
    const kept = associations.filter((each: unknown) => !(typeof each === 'object' && each !== null && 'subnetId' in each && each.subnetId === id));
    if (kept.length < associations.length) ec2.tx.put(withProps(table, { associations: kept }));
  }
  remove(ec2, subnet);
}
