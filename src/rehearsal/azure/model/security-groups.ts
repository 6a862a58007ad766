import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { WorldView } from '../../engine/world.ts';
import { lastName, sameId } from './arm-id.ts';
import { objectAt, objectsAt, present, textAt } from './fields.ts';
import { document, find, get, idOf, kept, propertiesOf, provisioningState } from './kept.ts';
import { checkLocation } from './locations.ts';
import { checkName } from './network-names.ts';
import { refused } from './refuse.ts';
import { requireGroup } from './resource-groups.ts';
import { checkRules, ruleOf } from './security-rules.ts';
import type { TypeRules } from './type-rules.ts';

const type = 'Microsoft.Network/networkSecurityGroups';

/** Interfaces and subnets that a group is bound to. */
function usersOf(view: WorldView, id: string): { readonly interfaces: readonly string[]; readonly subnets: readonly string[] } {
  const interfaces = view.list('azure', 'networkInterfaces').filter((nic) => sameId(textAt(propertiesOf(nic), 'networkSecurityGroup', 'id'), id));
  const subnets = view
    .list('azure', 'virtualNetworks')
    .flatMap((network) => objectsAt(propertiesOf(network), 'subnets'))
    .filter((subnet) => sameId(textAt(subnet, 'properties', 'networkSecurityGroup', 'id'), id));
  return { interfaces: interfaces.map(idOf), subnets: subnets.map((subnet) => textAt(subnet, 'id') ?? '') };
}

// The rules that every group has: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
const defaults: readonly (readonly [name: string, direction: string, access: string, priority: number, source: string, destination: string])[] = [
  ['AllowVnetInBound', 'Inbound', 'Allow', 65_000, 'VirtualNetwork', 'VirtualNetwork'],
  ['AllowAzureLoadBalancerInBound', 'Inbound', 'Allow', 65_001, 'AzureLoadBalancer', '*'],
  ['DenyAllInBound', 'Inbound', 'Deny', 65_500, '*', '*'],
  ['AllowVnetOutBound', 'Outbound', 'Allow', 65_000, 'VirtualNetwork', 'VirtualNetwork'],
  ['AllowInternetOutBound', 'Outbound', 'Allow', 65_001, '*', 'Internet'],
  ['DenyAllOutBound', 'Outbound', 'Deny', 65_500, '*', '*'],
];

function defaultRules(id: string): readonly JsonObject[] {
  return defaults.map(([name, direction, access, priority, source, destination]) => ({
    name,
    id: `${id}/defaultSecurityRules/${name}`,
    properties: { provisioningState: 'Succeeded', protocol: '*', sourcePortRange: '*', destinationPortRange: '*', sourceAddressPrefix: source, destinationAddressPrefix: destination, access, priority, direction },
  }));
}

function shown(view: WorldView, group: SimResource): JsonObject {
  const { interfaces, subnets } = usersOf(view, idOf(group));
  const refs = (ids: readonly string[]): readonly JsonObject[] | undefined => (ids.length === 0 ? undefined : ids.map((id) => ({ id })));
  return document(group, present({
    ...propertiesOf(group),
    provisioningState: provisioningState(view, group),
    defaultSecurityRules: defaultRules(idOf(group)),
    networkInterfaces: refs(interfaces),
    subnets: refs(subnets),
  }));
}

/** Network security groups, their rules within them. */
export const securityGroups: TypeRules = {
  type,
  subject: 'firewall',
  createMs: 3000,
  deleteMs: 10_000,
  has: (view, id) => find(view, id) !== null,
  put(tx, id, body) {
    requireGroup(tx, id);
    checkName(lastName(id));
    const location = checkLocation(tx, textAt(body, 'location'), type);
    const before = find(tx, id);
    const given = body.properties !== undefined && objectAt(body, 'properties').securityRules !== undefined;
    const own = before === null ? id : idOf(before);
    const rules = given
      ? objectsAt(body, 'properties', 'securityRules').map((rule) => ruleOf(own, textAt(rule, 'name') ?? '', objectAt(rule, 'properties')))
      : before === null
        ? []
        : objectsAt(propertiesOf(before), 'securityRules');
    checkRules(rules);
    tx.put(kept(tx, { id, kind: 'networkSecurityGroups', location, body, readyAtMs: tx.nowMs + tx.paced(3000), properties: { securityRules: rules } }));
  },
  show: (view, id) => shown(view, get(view, id)),
  remove(tx, id) {
    const group = find(tx, id);
    if (group === null) return;
    const { interfaces, subnets } = usersOf(tx, id);
    const users = [...interfaces, ...subnets];
    if (users.length > 0) {
      throw refused(400, 'InUseNetworkSecurityGroupCannotBeDeleted', `Network security group ${idOf(group)} cannot be deleted because it is in use by the following resources: ${users.join(', ')}. In order to delete the Network security group, remove the association with the resource(s). To learn how to do this, see aka.ms/deletensg.`);
    }
    tx.remove('azure', group.id);
  },
  list: (view) => view.list('azure', 'networkSecurityGroups').map((group) => shown(view, group)),
};
