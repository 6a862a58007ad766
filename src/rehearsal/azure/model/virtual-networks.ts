import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { WorldView } from '../../engine/world.ts';
import { lastName, sameId } from './arm-id.ts';
import { objectAt, objectsAt, present, textAt, textsAt } from './fields.ts';
import { document, find, get, idOf, kept, propertiesOf, provisioningState } from './kept.ts';
import { checkLocation } from './locations.ts';
import { checkName } from './network-names.ts';
import { refused } from './refuse.ts';
import { requireGroup } from './resource-groups.ts';
import { checkNetwork, checkUnused, shownSubnet, subnetOf, subnetsOf } from './subnet-rules.ts';
import { uuidOf } from './subscription.ts';
import type { TypeRules } from './type-rules.ts';

const type = 'Microsoft.Network/virtualNetworks';

function shown(view: WorldView, network: SimResource): JsonObject {
  return document(network, {
    ...propertiesOf(network),
    subnets: subnetsOf(network).map((subnet) => shownSubnet(view, subnet)),
    provisioningState: provisioningState(view, network),
  });
}

/** Virtual networks, their subnets within them. */
export const virtualNetworks: TypeRules = {
  type,
  subject: 'network',
  createMs: 4000,
  deleteMs: 10_000,
  has: (view, id) => find(view, id) !== null,
  put(tx, id, body) {
    requireGroup(tx, id);
    checkName(lastName(id));
    const location = checkLocation(tx, textAt(body, 'location'), type);
    const before = find(tx, id);
    const space = textsAt(body, 'properties', 'addressSpace', 'addressPrefixes');
    if (space.length === 0) throw refused(400, 'InvalidRequestFormat', 'Cannot parse the request. addressSpace must have at least one address prefix.');
    const own = before === null ? id : idOf(before);
    const current = before === null ? [] : subnetsOf(before);
    // Without the member the subnets stay; with it they are what it says.
    const subnets =
      objectAt(body, 'properties').subnets === undefined
        ? current
        : objectsAt(body, 'properties', 'subnets').map((subnet) => subnetOf(tx, own, textAt(subnet, 'name') ?? '', subnet));
    for (const gone of current.filter((subnet) => !subnets.some((other) => sameId(textAt(other, 'id'), textAt(subnet, 'id'))))) {
      checkUnused(tx, textAt(gone, 'id') ?? '');
    }
    checkNetwork(own, space, subnets);
    const resourceGuid = before === null ? uuidOf(tx.newId(32)) : textAt(propertiesOf(before), 'resourceGuid');
    const properties = present({
      privateEndpointVNetPolicies: 'Disabled',
      enableDdosProtection: false,
      ...objectAt(body, 'properties'),
      addressSpace: { addressPrefixes: space },
      resourceGuid,
      virtualNetworkPeerings: [],
      subnets,
    });
    tx.put(kept(tx, { id, kind: 'virtualNetworks', location, body, properties, readyAtMs: tx.nowMs + tx.paced(4000) }));
  },
  show: (view, id) => shown(view, get(view, id)),
  remove(tx, id) {
    const network = find(tx, id);
    if (network === null) return;
    for (const subnet of subnetsOf(network)) checkUnused(tx, textAt(subnet, 'id') ?? '');
    tx.remove('azure', network.id);
  },
  list: (view) => view.list('azure', 'virtualNetworks').map((network) => shown(view, network)),
};
