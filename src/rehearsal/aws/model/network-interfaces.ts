import { CloudError } from '../../engine/cloud-error.ts';
import type { SimResource } from '../../engine/resource.ts';
import { add, all, type Ec2, type Ec2View, find, get, remove, type Tags } from './ec2.ts';
import { invalidParameter } from './errors.ts';
import { formatAddress, freeAddress, isUsable, parseAddress } from './ip-ranges.ts';
import { text, textOrNull, texts, withProps } from './props.ts';
import { rangeOf, takenAddresses } from './subnets.ts';
import { checkedTags } from './tags.ts';

export interface NewInterface {
  readonly subnetId: string;
  readonly groupIds: readonly string[];
  readonly privateIp?: string | null;
  readonly description?: string;
  readonly tags?: Tags;
}

/** CreateNetworkInterface; RunInstances makes its own the same way. */
export function createNetworkInterface(ec2: Ec2, { subnetId, groupIds, privateIp = null, description = '', tags = {} }: NewInterface): SimResource {
  const subnet = get(ec2, 'subnet', subnetId);
  const vpcId = text(subnet, 'vpcId');
  const groups = groupIds.length > 0 ? groupIds : defaultGroup(ec2, vpcId);
  checkGroups(ec2, groups, subnet);
  return add(ec2, 'network-interface', {
    zone: subnet.zone,
    tags: checkedTags(tags),
    props: {
      subnetId,
      vpcId,
      groupIds: groups,
      privateIp: privateAddress(ec2, subnet, privateIp),
      description,
      macAddress: macAddress(ec2),
      sourceDestCheck: true,
      instanceId: null,
      attachmentId: null,
      deleteOnTermination: false,
    },
  });
}

/** Groups and subnet have to be of one VPC. */
export function checkGroups(ec2: Ec2, groupIds: readonly string[], subnet: SimResource): void {
  for (const id of groupIds) {
    const group = get(ec2, 'security-group', id);
    if (text(group, 'vpcId') !== text(subnet, 'vpcId')) {
      throw new CloudError('InvalidParameter', `Security group ${id} and subnet ${subnet.id} belong to different networks.`);
    }
  }
}

function privateAddress(ec2: Ec2, subnet: SimResource, wanted: string | null): string {
  const range = rangeOf(subnet);
  const taken = takenAddresses(ec2, subnet.id);
  if (wanted !== null) {
    const address = parseAddress(wanted);
    if (address === null || !isUsable(range, address)) throw invalidParameter(`Address ${wanted} does not fall within the subnet's address range`);
    if (taken.has(wanted)) throw new CloudError('InvalidIPAddress.InUse', `Address ${wanted} is in use.`);
    return wanted;
  }
  const free = freeAddress(range, taken);
  if (free === null) throw new CloudError('InsufficientFreeAddressesInSubnet', 'The specified subnet does not have enough free addresses to satisfy the request.');
  return free;
}

function defaultGroup(ec2: Ec2, vpcId: string): readonly string[] {
  return all(ec2, 'security-group').filter((group) => group.name === 'default' && text(group, 'vpcId') === vpcId).map(({ id }) => id);
}

/** Locally administered, as EC2's are. */
function macAddress({ tx }: Ec2): string {
  return `06:${tx.newId(10).replace(/(..)(?=.)/g, '$1:')}`;
}

/**
 * An address of the simulated internet that nothing in this cloud has. From 198.18.0.0/16, which is set aside for tests
 * (RFC 2544): nobody real is reached under it by mistake.
 */
export function newPublicIp({ tx }: Ec2): string {
  const taken = new Set([
    ...tx.list('aws', 'elastic-ip').map((each) => text(each, 'publicIp')),
    ...tx.list('aws', 'instance').flatMap(({ machine }) => [machine?.publicIp ?? '', machine?.withheldIp ?? '']),
  ]);
  for (;;) {
    // Neither the network's own address nor its broadcast.
    const host = 1 + (Number.parseInt(tx.newId(8), 16) % 65_534);
    const address = formatAddress(198 * 2 ** 24 + 18 * 2 ** 16 + host);
    if (!taken.has(address)) return address;
  }
}

/** The public address of an interface, its instance's ephemeral one or an Elastic IP; null: none. */
export function publicIpOf({ tx, region }: Ec2View, networkInterface: SimResource): string | null {
  const ec2 = { tx, region };
  const elastic = all(ec2, 'elastic-ip').find((each) => text(each, 'networkInterfaceId') === networkInterface.id);
  if (elastic !== undefined) return text(elastic, 'publicIp');
  const instance = find(ec2, 'instance', textOrNull(networkInterface, 'instanceId') ?? '');
  return instance !== null && text(instance, 'networkInterfaceId') === networkInterface.id ? (instance.machine?.publicIp ?? null) : null;
}

/** Whether an interface of the VPC has a public address. */
export function publicAddressesIn(ec2: Ec2View, vpcId: string): boolean {
  return all(ec2, 'network-interface').some((each) => text(each, 'vpcId') === vpcId && publicIpOf(ec2, each) !== null);
}

/** ModifyNetworkInterfaceAttribute. */
export function modifyNetworkInterface(ec2: Ec2, id: string, change: { readonly groupIds?: readonly string[]; readonly sourceDestCheck?: boolean; readonly description?: string }): void {
  const existing = get(ec2, 'network-interface', id);
  if (change.groupIds !== undefined) checkGroups(ec2, change.groupIds, get(ec2, 'subnet', text(existing, 'subnetId')));
  ec2.tx.put(withProps(existing, { ...change }));
}

/** DeleteNetworkInterface: when it is attached to nothing. */
export function deleteNetworkInterface(ec2: Ec2, id: string): void {
  const existing = get(ec2, 'network-interface', id);
  if (textOrNull(existing, 'instanceId') !== null) throw invalidParameter(`Network interface '${id}' is currently in use.`);
  remove(ec2, existing);
}

/** Interfaces of an instance, the primary one first. */
export function interfacesOf(ec2: Ec2View, instance: SimResource): readonly SimResource[] {
  const primary = text(instance, 'networkInterfaceId');
  const attached = all(ec2, 'network-interface').filter((each) => textOrNull(each, 'instanceId') === instance.id);
  return [...attached].sort((a, b) => Number(b.id === primary) - Number(a.id === primary));
}

export function groupsOf(ec2: Ec2View, networkInterface: SimResource): readonly { readonly id: string; readonly name: string }[] {
  return texts(networkInterface, 'groupIds').map((id) => ({ id, name: find(ec2, 'security-group', id)?.name ?? '' }));
}
