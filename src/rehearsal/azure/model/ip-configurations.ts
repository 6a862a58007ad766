import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { addressText, parseAddress, parseRange } from './addresses.ts';
import { lastName, sameId } from './arm-id.ts';
import { isTrueAt, objectAt, objectsAt, textAt } from './fields.ts';
import { find, idOf, propertiesOf } from './kept.ts';
import { userOf } from './public-addresses.ts';
import { referenceNotFound, refused } from './refuse.ts';
import { findSubnet, prefixesOf } from './subnet-rules.ts';

const type = 'Microsoft.Network/networkInterfaces';

/** The first ip configuration, or the one that says it is the primary. */
export function primaryOf(nic: SimResource): JsonObject {
  const configurations = objectsAt(propertiesOf(nic), 'ipConfigurations');
  return objectAt(configurations.find((one) => isTrueAt(one, 'properties', 'primary')) ?? configurations[0], 'properties');
}

/** The public address of an ip configuration; null: none. */
export function publicIpOf(view: WorldView, configuration: JsonObject): string | null {
  const id = textAt(configuration, 'publicIPAddress', 'id');
  const address = id === null ? null : find(view, id);
  return address === null ? null : textAt(propertiesOf(address), 'ipAddress');
}

function takenIn(view: WorldView, subnetId: string, except: string): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const nic of view.list('azure', 'networkInterfaces')) {
    if (sameId(idOf(nic), except)) continue;
    for (const { properties } of objectsAt(propertiesOf(nic), 'ipConfigurations')) {
      if (sameId(textAt(properties, 'subnet', 'id'), subnetId)) taken.add(textAt(properties, 'privateIPAddress') ?? '');
    }
  }
  return taken;
}

function privateIp(tx: Transaction, id: string, given: JsonObject, current: string | null): string {
  const subnetId = textAt(given, 'subnet', 'id') ?? '';
  const found = findSubnet(tx, subnetId);
  if (found === null) throw referenceNotFound(subnetId, id);
  const ranges = prefixesOf(found.subnet).flatMap((prefix) => parseRange(prefix) ?? []);
  const taken = takenIn(tx, subnetId, id);
  const wanted = textAt(given, 'privateIPAllocationMethod') === 'Static' ? textAt(given, 'privateIPAddress') : null;
  // The first four and the last address of a subnet are Azure's own.
  const free = (address: number): boolean => ranges.some(({ first, size }) => address >= first + 4 && address < first + size - 1);
  if (wanted !== null) {
    const address = parseAddress(wanted);
    const inside = address !== null && ranges.some(({ first, size }) => address >= first && address < first + size);
    if (!inside) throw refused(400, 'PrivateIPAddressNotInSubnet', `Private static IP address ${wanted} does not belong to the range of subnet prefix ${prefixesOf(found.subnet).join(',')}.`);
    if (!free(address)) throw refused(400, 'PrivateIPAddressInReservedRange', `Private static IP address ${wanted} falls within reserved IP range of subnet prefix ${prefixesOf(found.subnet).join(',')}.`);
    if (taken.has(wanted)) throw refused(400, 'PrivateIPAddressInUse', `IP configuration ${id} is using the private IP address ${wanted} which is already allocated to another resource.`);
    return wanted;
  }
  const now = current === null ? null : parseAddress(current);
  if (current !== null && now !== null && free(now) && !taken.has(current)) return current;
  for (const { first, size } of ranges) {
    for (let address = first + 4; address < first + size - 1; address += 1) if (!taken.has(addressText(address))) return addressText(address);
  }
  throw refused(400, 'SubnetIsFull', `Subnet ${lastName(subnetId)} with address prefix ${prefixesOf(found.subnet).join(',')} does not have enough capacity for 1 IP addresses.`);
}

/** An ip configuration as its interface keeps it; `current` is the one of that name now. */
export function configurationOf(tx: Transaction, nicId: string, location: string, body: JsonObject, current: JsonObject | undefined): JsonObject {
  const name = textAt(body, 'name') ?? '';
  const id = `${nicId}/ipConfigurations/${name}`;
  const given = objectAt(body, 'properties');
  const publicId = textAt(given, 'publicIPAddress', 'id');
  if (publicId !== null) {
    const address = find(tx, publicId);
    if (address?.region !== location) throw referenceNotFound(publicId, nicId);
    const user = userOf(tx, publicId);
    if (user !== null && !sameId(user, id)) {
      throw refused(400, 'PublicIPAddressInUse', `Resource ${id} is referencing public IP address ${publicId} that is already allocated to resource ${user}.`);
    }
  }
  const subnet = findSubnet(tx, textAt(given, 'subnet', 'id') ?? '');
  if (subnet !== null && subnet.network.region !== location) throw referenceNotFound(textAt(given, 'subnet', 'id') ?? '', nicId);
  const privateIPAddress = privateIp(tx, nicId, given, textAt(current, 'properties', 'privateIPAddress'));
  return { name, id, type: `${type}/ipConfigurations`, properties: { privateIPAddressVersion: 'IPv4', ...given, privateIPAllocationMethod: textAt(given, 'privateIPAllocationMethod') ?? 'Dynamic', privateIPAddress, provisioningState: 'Succeeded' } };
}
