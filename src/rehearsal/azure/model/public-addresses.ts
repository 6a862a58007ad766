import type { SimResource } from '../../engine/resource.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { addressText, parseRange } from './addresses.ts';
import { lastName, parseArmId, sameId } from './arm-id.ts';
import { objectAt, objectsAt, present, textAt, textsAt } from './fields.ts';
import { document, find, get, idOf, kept, propertiesOf, provisioningState } from './kept.ts';
import { checkLocation, checkZones } from './locations.ts';
import { refused } from './refuse.ts';
import { requireGroup } from './resource-groups.ts';
import { checkName } from './network-names.ts';
import { uuidOf } from './subscription.ts';
import type { TypeRules } from './type-rules.ts';
import { checkAddresses } from './usages.ts';

const type = 'Microsoft.Network/publicIPAddresses';

// Half of a range that is set aside for tests (RFC 2544): a simulated address is nobody's.
const pool = parseRange('198.19.128.0/17') ?? { first: 0, size: 1 };

function newAddress(tx: Transaction): string {
  const taken = new Set(tx.list('azure', 'publicIPAddresses').map((address) => textAt(propertiesOf(address), 'ipAddress')));
  const start = Number.parseInt(tx.newId(8), 16);
  for (let step = 0; step < pool.size - 2; step += 1) {
    const candidate = addressText(pool.first + 1 + ((start + step) % (pool.size - 2)));
    if (!taken.has(candidate)) return candidate;
  }
  throw refused(429, 'PublicIPAddressAllocationFailed', 'The simulated public addresses are used up.');
}

/** The interface's ip configuration that has the address; null: nobody. */
export function userOf(view: WorldView, id: string): string | null {
  for (const nic of view.list('azure', 'networkInterfaces')) {
    for (const configuration of objectsAt(propertiesOf(nic), 'ipConfigurations')) {
      if (sameId(textAt(configuration, 'properties', 'publicIPAddress', 'id'), id)) return textAt(configuration, 'id');
    }
  }
  return null;
}

function shown(view: WorldView, address: SimResource): JsonObject {
  const user = userOf(view, idOf(address));
  return document(address, present({ ...propertiesOf(address), ipConfiguration: user === null ? undefined : { id: user }, provisioningState: provisioningState(view, address) }));
}

function checkSku(sku: string, method: string): void {
  if (sku === 'Basic') {
    throw refused(400, 'IPv4BasicSkuPublicIpCountLimitReached', 'Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region.');
  }
  // The wording is the documentation's; the code is not confirmed.
  if (method !== 'Static') throw refused(400, 'PublicIPAddressStandardSkuMustBeStatic', `Standard sku public IP addresses must have the allocation method Static, not ${method}.`);
}

/** Public addresses: Standard and static, the address known as soon as the resource is. */
export const publicAddresses: TypeRules = {
  type,
  subject: 'address',
  createMs: 3000,
  deleteMs: 10_000,
  has: (view, id) => find(view, id) !== null,
  put(tx, id, body) {
    requireGroup(tx, id);
    checkName(lastName(id));
    const location = checkLocation(tx, textAt(body, 'location'), type);
    const zones = checkZones(tx, location, textsAt(body, 'zones'), lastName(id));
    const given = objectAt(body, 'properties');
    const sku = { name: textAt(body, 'sku', 'name') ?? 'Standard', tier: textAt(body, 'sku', 'tier') ?? 'Regional' };
    checkSku(sku.name, textAt(given, 'publicIPAllocationMethod') ?? 'Dynamic');
    const before = find(tx, id);
    if (before === null) checkAddresses(tx, parseArmId(id)?.subscription ?? '', location);
    const label = textAt(given, 'dnsSettings', 'domainNameLabel');
    const properties = present({
      publicIPAddressVersion: 'IPv4',
      idleTimeoutInMinutes: 4,
      ipTags: [],
      ddosSettings: { protectionMode: 'VirtualNetworkInherited' },
      ...given,
      dnsSettings: label === null ? given.dnsSettings : { ...objectAt(given, 'dnsSettings'), fqdn: `${label}.${location}.cloudapp.azure.com` },
      ipConfiguration: undefined,
      resourceGuid: before === null ? uuidOf(tx.newId(32)) : textAt(propertiesOf(before), 'resourceGuid'),
      ipAddress: before === null ? newAddress(tx) : textAt(propertiesOf(before), 'ipAddress'),
    });
    tx.put(kept(tx, { id, kind: 'publicIPAddresses', location, zones, body, properties, readyAtMs: tx.nowMs + tx.paced(3000), more: { sku } }));
  },
  show: (view, id) => shown(view, get(view, id)),
  remove(tx, id) {
    const address = find(tx, id);
    if (address === null) return;
    const user = userOf(tx, id);
    if (user !== null) {
      throw refused(400, 'PublicIPAddressCannotBeDeleted', `Public IP address ${idOf(address)} can not be deleted since it is still allocated to resource ${user}. In order to delete the public IP, disassociate/detach the Public IP address from the resource.  To learn how to do this, see aka.ms/deletepublicip.`);
    }
    tx.remove('azure', address.id);
  },
  list: (view) => view.list('azure', 'publicIPAddresses').map((address) => shown(view, address)),
};
