import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction } from '../../engine/world.ts';
import { lastName, sameId } from './arm-id.ts';
import { ownerOf } from './disks.ts';
import { numberAt, objectAt, objectsAt, patched, present, saying, textAt } from './fields.ts';
import { find, idOf, propertiesOf } from './kept.ts';
import { notAllowed, refused } from './refuse.ts';
import { sizeIn } from './sizes.ts';

const isDeallocated = (machine: SimResource): boolean => machine.machine?.state === 'stopped' && machine.props.deallocate === true;

function checkChange(tx: Transaction, machine: SimResource, next: JsonObject): void {
  const now = propertiesOf(machine);
  const fixed = ['osProfile.adminUsername', 'osProfile.computerName', 'priority', 'storageProfile.imageReference.sku', 'storageProfile.imageReference.offer', 'storageProfile.imageReference.version', 'securityProfile.securityType'];
  for (const path of fixed) {
    const [a, b] = [now, next].map((from) => textAt(from, ...path.split('.')));
    if (a !== b) throw refused(409, 'PropertyChangeNotAllowed', `Changing property '${path.startsWith('storage') ? 'imageReference' : path}' is not allowed.`, { target: path });
  }
  if (numberAt(now, 'billingProfile', 'maxPrice') !== numberAt(next, 'billingProfile', 'maxPrice') && !isDeallocated(machine)) {
    throw notAllowed(`Max price change is not allowed when the VM ${machine.name ?? ''} is currently allocated. Please deallocate and try again. For more information, see http://aka.ms/AzureSpot/errormessages`);
  }
  const ids = (from: JsonObject): string => objectsAt(from, 'networkProfile', 'networkInterfaces').map((nic) => textAt(nic, 'id')?.toLowerCase() ?? '').join(' ');
  if (ids(now) !== ids(next) && !isDeallocated(machine)) {
    throw refused(409, 'CannotAddOrRemoveNetworkInterfacesFromARunningVirtualMachine', 'Secondary network interfaces cannot be added or removed from a running virtual machine.');
  }
  for (const disk of objectsAt(next, 'storageProfile', 'dataDisks')) {
    const id = textAt(disk, 'managedDisk', 'id') ?? '';
    if (find(tx, id) === null) throw refused(404, 'NotFound', `Disk ${lastName(id)} is not found.`);
    const owner = ownerOf(tx, id);
    if (owner !== null && !sameId(idOf(owner), idOf(machine))) throw refused(409, 'ConflictingUserInput', `Disk '${lastName(id)}' cannot be attached as the disk is already owned by VM '${idOf(owner)}'.`);
  }
}

/** A changed machine: `next` are all its properties. */
export function changeMachine(tx: Transaction, machine: SimResource, next: JsonObject, tags: Readonly<Record<string, string>>, more: JsonObject): void {
  if (machine.machine?.state === 'terminating') throw notAllowed(`Operation 'update VM' is not allowed on VM '${machine.name ?? ''}' since the VM is marked for deletion. You can only retry the Delete operation (or wait for an ongoing one to complete).`);
  checkChange(tx, machine, next);
  const wanted = textAt(next, 'hardwareProfile', 'vmSize') ?? '';
  const { type } = sizeIn(tx, machine.region ?? '', wanted);
  if (type.arch !== machine.machine?.arch) throw badSize(machine, wanted);
  tx.put({ ...machine, tags, props: { ...machine.props, ...more, properties: next }, machine: { ...machine.machine, vcpu: type.vcpu, memoryGb: type.memoryGb } });
}

function badSize(machine: SimResource, size: string) {
  return notAllowed(`Unable to resize the VM '${machine.name ?? ''}' because the requested size ${size} is not compatible with the VM's current CPU Architecture.`);
}

/** Properties with a request's over them; what Azure never shows stays out. */
export function updated(now: JsonObject, given: JsonObject): JsonObject {
  const { customData: _, adminPassword: __, ...profile } = objectAt(given, 'osProfile');
  const safe = given.osProfile === undefined ? given : { ...given, osProfile: profile };
  const merged = patched(now, safe);
  return { ...saying(merged), diagnosticsProfile: { bootDiagnostics: present({ ...objectAt(merged, 'diagnosticsProfile', 'bootDiagnostics'), storageUri: textAt(merged, 'diagnosticsProfile', 'bootDiagnostics', 'storageUri') }) } };
}
