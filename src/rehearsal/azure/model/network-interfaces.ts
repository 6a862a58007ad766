import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { lastName, sameId } from './arm-id.ts';
import { isTrueAt, objectAt, objectsAt, present, textAt, textsAt } from './fields.ts';
import { document, find, get, idOf, kept, propertiesOf, provisioningState } from './kept.ts';
import { checkLocation } from './locations.ts';
import { referenceNotFound, refused } from './refuse.ts';
import { requireGroup } from './resource-groups.ts';
import { configurationOf, primaryOf, publicIpOf } from './ip-configurations.ts';
import { checkName } from './network-names.ts';
import { uuidOf } from './subscription.ts';
import type { TypeRules } from './type-rules.ts';

const type = 'Microsoft.Network/networkInterfaces';

/** The machine that has an interface; null: none. */
export function machineOf(view: WorldView, nicId: string): SimResource | null {
  const has = (machine: SimResource): boolean => objectsAt(propertiesOf(machine), 'networkProfile', 'networkInterfaces').some((nic) => sameId(textAt(nic, 'id'), nicId));
  return view.list('azure', 'instance').find(has) ?? null;
}

function shown(view: WorldView, nic: SimResource): JsonObject {
  const machine = machineOf(view, idOf(nic));
  return document(nic, present({
    ...propertiesOf(nic),
    // Azure gives the interface its hardware address when a machine takes it.
    macAddress: machine === null ? undefined : propertiesOf(nic).macAddress,
    virtualMachine: machine === null ? undefined : { id: idOf(machine) },
    provisioningState: provisioningState(view, nic),
  }));
}

/** What the guest's addresses are now, from its first interface. */
function readdress(tx: Transaction, nic: SimResource): void {
  const machine = machineOf(tx, idOf(nic));
  if (machine?.machine === undefined) return;
  const first = textAt(propertiesOf(machine), 'networkProfile', 'networkInterfaces', 0, 'id');
  if (!sameId(first, idOf(nic))) return;
  const primary = primaryOf(nic);
  // A fault may keep the address back.
  const publicIp = machine.machine.withheldIp === undefined ? publicIpOf(tx, primary) : machine.machine.publicIp;
  tx.put({ ...machine, machine: { ...machine.machine, privateIp: textAt(primary, 'privateIPAddress') ?? machine.machine.privateIp, publicIp } });
}

/** Network interfaces. A PUT says all of it: what it leaves out is gone. */
export const networkInterfaces: TypeRules = {
  type,
  subject: 'other',
  createMs: 3000,
  deleteMs: 10_000,
  has: (view, id) => find(view, id) !== null,
  put(tx, id, body) {
    requireGroup(tx, id);
    checkName(lastName(id));
    const location = checkLocation(tx, textAt(body, 'location'), type);
    const before = find(tx, id);
    const own = before === null ? id : idOf(before);
    const given = objectAt(body, 'properties');
    const group = textAt(given, 'networkSecurityGroup', 'id');
    if (group !== null && find(tx, group)?.region !== location) throw referenceNotFound(group, own);
    const wanted = objectsAt(given, 'ipConfigurations');
    if (wanted.length === 0) throw refused(400, 'NetworkInterfaceMustHaveAtLeastOneIpConfiguration', `Network interface ${own} must have at least one IP configuration.`);
    const current = before === null ? [] : objectsAt(propertiesOf(before), 'ipConfigurations');
    const configurations = wanted.map((one, index) => {
      const configuration = configurationOf(tx, own, location, one, current.find((other) => textAt(other, 'name') === textAt(one, 'name')));
      const primary = wanted.length === 1 || (index === 0 && !wanted.some((other) => isTrueAt(other, 'properties', 'primary'))) || isTrueAt(one, 'properties', 'primary');
      return { ...configuration, properties: { ...objectAt(configuration, 'properties'), primary } };
    });
    const hex = tx.newId(12);
    const properties = present({
      enableAcceleratedNetworking: false,
      enableIPForwarding: false,
      nicType: 'Standard',
      ...given,
      virtualMachine: undefined,
      dnsSettings: { dnsServers: textsAt(given, 'dnsSettings', 'dnsServers'), appliedDnsServers: [], internalDomainNameSuffix: before === null ? `${hex}.internal.cloudapp.net` : textAt(propertiesOf(before), 'dnsSettings', 'internalDomainNameSuffix'), ...present({ internalDnsNameLabel: textAt(given, 'dnsSettings', 'internalDnsNameLabel') }) },
      macAddress: before === null ? `00-0D-3A-${hex.slice(0, 2)}-${hex.slice(2, 4)}-${hex.slice(4, 6)}`.toUpperCase() : textAt(propertiesOf(before), 'macAddress'),
      resourceGuid: before === null ? uuidOf(tx.newId(32)) : textAt(propertiesOf(before), 'resourceGuid'),
      ipConfigurations: configurations,
    });
    tx.put(kept(tx, { id, kind: 'networkInterfaces', location, body, properties, readyAtMs: tx.nowMs + tx.paced(3000) }));
    readdress(tx, get(tx, id));
  },
  show: (view, id) => shown(view, get(view, id)),
  remove(tx, id) {
    const nic = find(tx, id);
    if (nic === null) return;
    const machine = machineOf(tx, id);
    if (machine !== null) {
      throw refused(400, 'NicInUse', `Network Interface ${idOf(nic)} is used by existing resource ${idOf(machine)}. In order to delete the network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.`);
    }
    tx.remove('azure', nic.id);
  },
  list: (view) => view.list('azure', 'networkInterfaces').map((nic) => shown(view, nic)),
};
