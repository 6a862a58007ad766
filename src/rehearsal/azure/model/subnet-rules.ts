import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { contains, overlaps, parseRange, type Range } from './addresses.ts';
import { lastName, parentId, sameId } from './arm-id.ts';
import { objectAt, objectsAt, present, textAt, textsAt } from './fields.ts';
import { find, get, idOf, propertiesOf, withProperties } from './kept.ts';
import { checkName } from './network-names.ts';
import { etagOf } from './etag.ts';
import { childNotFound, referenceNotFound, refused } from './refuse.ts';
import type { TypeRules } from './type-rules.ts';

const type = 'Microsoft.Network/virtualNetworks';

function range(prefix: string, of: string): Range {
  const found = parseRange(prefix);
  if (found !== null) return found;
  const [address = '', length = ''] = prefix.split('/');
  if (parseRange(`${address}/32`) === null || !/^\d+$/.test(length) || Number(length) > 32) {
    throw refused(400, 'InvalidAddressPrefixFormat', `Address prefix ${prefix} of resource ${of} is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.`);
  }
  throw refused(400, 'InvalidCIDRNotation', `The address prefix ${prefix} in resource ${of} has an invalid CIDR notation. For the given prefix length, the address prefix should start at its first address.`);
}

/** The address prefixes of a subnet: one of two fields. */
export function prefixesOf(subnet: JsonObject): readonly string[] {
  const several = textsAt(subnet, 'properties', 'addressPrefixes');
  const one = textAt(subnet, 'properties', 'addressPrefix');
  return several.length > 0 ? several : one === null ? [] : [one];
}

/** Refuses a network whose ranges overlap, or whose subnets are outside of it. */
export function checkNetwork(id: string, space: readonly string[], subnets: readonly JsonObject[]): void {
  const spaces = space.map((prefix) => range(prefix, id));
  for (const [index, one] of spaces.entries()) {
    // The code is not confirmed: the portal refuses this before it asks.
    if (spaces.slice(0, index).some((other) => overlaps(one, other))) {
      throw refused(400, 'NetcfgInvalidVirtualNetworkSite', `Address prefix ${space[index] ?? ''} of virtual network ${lastName(id)} overlaps with another one of its address space.`);
    }
  }
  const taken: { readonly name: string; readonly range: Range }[] = [];
  for (const subnet of subnets) {
    const name = textAt(subnet, 'name') ?? '';
    for (const prefix of prefixesOf(subnet)) {
      const part = range(prefix, textAt(subnet, 'id') ?? name);
      // Azure keeps five addresses of each subnet for itself.
      if (!spaces.some((whole) => contains(whole, part)) || part.size < 8) throw refused(400, 'NetcfgInvalidSubnet', `Subnet '${name}' is not valid in virtual network '${lastName(id)}'.`);
      if (taken.some((other) => overlaps(other.range, part))) {
        throw refused(400, 'NetcfgSubnetRangesOverlap', `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '${lastName(id)}'.`);
      }
      taken.push({ name, range: part });
    }
  }
}

/** A subnet as its network keeps it. */
export function subnetOf(tx: Transaction, networkId: string, name: string, body: JsonObject): JsonObject {
  checkName(name);
  const id = `${networkId}/subnets/${name}`;
  const properties = objectAt(body, 'properties');
  const group = textAt(properties, 'networkSecurityGroup', 'id');
  if (group !== null && find(tx, group) === null) throw referenceNotFound(group, id);
  if (prefixesOf(body).length === 0) throw refused(400, 'InvalidRequestFormat', `Cannot parse the request. Required property 'addressPrefix' of subnet ${name} is missing.`);
  return {
    name,
    id,
    properties: {
      delegations: [],
      privateEndpointNetworkPolicies: 'Disabled',
      privateLinkServiceNetworkPolicies: 'Enabled',
      ...properties,
      provisioningState: 'Succeeded',
    },
  };
}

/** The ip configurations of interfaces in a subnet. */
function usersOf(view: WorldView, subnetId: string): readonly string[] {
  return view
    .list('azure', 'networkInterfaces')
    .flatMap((nic) => objectsAt(propertiesOf(nic), 'ipConfigurations'))
    .filter((configuration) => sameId(textAt(configuration, 'properties', 'subnet', 'id'), subnetId))
    .map((configuration) => textAt(configuration, 'id') ?? '');
}

export function checkUnused(view: WorldView, subnetId: string): void {
  const [user] = usersOf(view, subnetId);
  if (user === undefined) return;
  throw refused(400, 'InUseSubnetCannotBeDeleted', `Subnet ${lastName(subnetId)} is in use by ${user} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`);
}

export function subnetsOf(network: SimResource): readonly JsonObject[] {
  return objectsAt(propertiesOf(network), 'subnets');
}

/** A subnet as it is shown: with who is in it. */
export function shownSubnet(view: WorldView, subnet: JsonObject): JsonObject {
  const users = usersOf(view, textAt(subnet, 'id') ?? '');
  const properties = present({ ...objectAt(subnet, 'properties'), ipConfigurations: users.length === 0 ? undefined : users.map((id) => ({ id })) });
  const shown = { ...subnet, type: `${type}/subnets`, properties };
  return { ...shown, etag: etagOf(shown) };
}

const named = (name: string) => (subnet: JsonObject): boolean => textAt(subnet, 'name')?.toLowerCase() === name.toLowerCase();

/** A subnet by its id, as it is kept; null where there is none. */
export function findSubnet(view: WorldView, id: string): { readonly network: SimResource; readonly subnet: JsonObject } | null {
  const network = find(view, parentId(id));
  const subnet = network === null ? undefined : subnetsOf(network).find(named(lastName(id)));
  return network === null || subnet === undefined ? null : { network, subnet };
}

/** Subnets by themselves. */
export const subnetRules: TypeRules = {
  type: `${type}/subnets`,
  subject: 'subnet',
  createMs: 4000,
  deleteMs: 10_000,
  has: (view, id) => findSubnet(view, id) !== null,
  put(tx, id, body) {
    const network = get(tx, parentId(id));
    const subnet = subnetOf(tx, idOf(network), lastName(id), body);
    const others = subnetsOf(network).filter((other) => !named(lastName(id))(other));
    checkNetwork(idOf(network), textsAt(propertiesOf(network), 'addressSpace', 'addressPrefixes'), [...others, subnet]);
    tx.put(withProperties(network, { ...propertiesOf(network), subnets: [...others, subnet] }));
  },
  show(view, id) {
    get(view, parentId(id));
    const found = findSubnet(view, id);
    if (found === null) throw childNotFound(id);
    return shownSubnet(view, found.subnet);
  },
  remove(tx, id) {
    const found = findSubnet(tx, id);
    if (found === null) return;
    checkUnused(tx, id);
    const others = subnetsOf(found.network).filter((other) => !named(lastName(id))(other));
    tx.put(withProperties(found.network, { ...propertiesOf(found.network), subnets: others }));
  },
  list: (view) => view.list('azure', 'virtualNetworks').flatMap((network) => subnetsOf(network).map((subnet) => shownSubnet(view, subnet))),
};
