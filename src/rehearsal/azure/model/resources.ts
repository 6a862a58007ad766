import { CloudError } from '../../engine/cloud-error.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction, WorldView } from '../../engine/world.ts';
import { keyOf, parseArmId } from './arm-id.ts';
import { disks } from './disks.ts';
import { objectsAt, tagsOf, textAt } from './fields.ts';
import { find, get, idOf, propertiesOf } from './kept.ts';
import { terminate } from './machine-life.ts';
import { deletedBy, logicApps, principalOf, scheduleNext } from './logic-apps.ts';
import { networkInterfaces } from './network-interfaces.ts';
import { publicAddresses } from './public-addresses.ts';
import { groupNotFound, refused } from './refuse.ts';
import { contentsOf, resourceGroups } from './resource-groups.ts';
import { mayDelete, roleAssignments } from './role-assignments.ts';
import { securityGroups } from './security-groups.ts';
import { securityRules } from './security-rules.ts';
import { sshPublicKeys } from './ssh-public-keys.ts';
import type { TypeRules } from './type-rules.ts';
import { virtualMachines } from './virtual-machines.ts';
import { subnetRules } from './subnet-rules.ts';
import { virtualNetworks } from './virtual-networks.ts';

/** The timer of a group whose deletion is to end. */
export const groupTimer = 'group-deleted';

/** Something outside of the group still holds on to something within. */
function checkDeletable(tx: Transaction, group: SimResource, contents: readonly SimResource[]): void {
  const inside = `${keyOf(idOf(group))}/`;
  const outsiders = tx.list('azure', 'networkInterfaces').filter((nic) => !keyOf(idOf(nic)).startsWith(inside));
  const held = outsiders.flatMap((nic) => [
    textAt(propertiesOf(nic), 'networkSecurityGroup', 'id'),
    ...objectsAt(propertiesOf(nic), 'ipConfigurations').flatMap((one) => [textAt(one, 'properties', 'subnet', 'id'), textAt(one, 'properties', 'publicIPAddress', 'id')]),
  ]);
  const blocked = contents.filter((resource) => held.some((id) => id !== null && (keyOf(id) === keyOf(idOf(resource)) || keyOf(id).startsWith(`${keyOf(idOf(resource))}/`))));
  if (blocked.length === 0) return;
  const types = blocked.map((resource) => `${textAt(resource.props, 'type') ?? ''}/${resource.name ?? ''}`).join(',');
  throw refused(
    409,
    'ResourceGroupDeletionBlocked',
    `Deletion of resource group '${group.name ?? ''}' failed as resources with identifiers '${types}' could not be deleted. The provisioning state of the resource group will be rolled back. Please check audit logs for more details.`,
  );
}

/** Resource groups: what goes, takes everything within along, machines first. */
const groups: TypeRules = {
  ...resourceGroups,
  remove(tx, id) {
    const group = find(tx, id);
    if (group === null) throw groupNotFound(parseArmId(id)?.group ?? '');
    const contents = contentsOf(tx, id);
    checkDeletable(tx, group, contents);
    for (const machine of contents.filter(({ kind }) => kind === 'instance')) terminate(tx, machine);
    tx.put({ ...group, props: { ...group.props, deleting: true } });
    const realMs = contents.length === 0 ? 15_000 : resourceGroups.deleteMs;
    tx.schedule({ cloud: 'azure', id: group.id, what: groupTimer, atMs: tx.nowMs + tx.paced(realMs) });
  },
};

/** A logic app runs: the groups that it deletes go, where its identity may do that; what fails is tried again at its next time. */
export function runLogicApp(tx: Transaction, id: string): void {
  const app = find(tx, id);
  if (app === null) return;
  for (const path of deletedBy(app)) {
    const group = find(tx, path);
    if (group === null || !mayDelete(tx, principalOf(app), path)) continue;
    try {
      groups.remove(tx, path);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
    }
  }
  scheduleNext(tx, app);
}

/** The end of a group's deletion. */
export function removeGroup(tx: Transaction, id: string): void {
  for (const resource of contentsOf(tx, id)) tx.remove('azure', resource.id);
  tx.remove('azure', id);
}

const rules: readonly TypeRules[] = [groups, virtualNetworks, subnetRules, securityGroups, securityRules, publicAddresses, networkInterfaces, sshPublicKeys, disks, virtualMachines, logicApps, roleAssignments];
const byType = new Map(rules.map((rule) => [rule.type.toLowerCase(), rule]));

/** The rules of a type, whatever its case; null: not part of this simulation. */
export function rulesOfType(type: string): TypeRules | null {
  return byType.get(type.toLowerCase()) ?? null;
}

/** The rules for the resource that an id names; throws where the type is not part of this simulation. */
export function rulesFor(id: string): TypeRules {
  const parsed = parseArmId(id);
  const type = parsed?.namespace == null ? resourceGroups.type : `${parsed.namespace}/${parsed.type}`;
  const found = rulesOfType(type);
  if (found !== null && (parsed?.namespace !== null || parsed.group !== null)) return found;
  throw refused(400, 'InvalidResourceType', `The resource type '${parsed?.type ?? ''}' could not be found in the namespace '${parsed?.namespace ?? ''}': it is not part of this rehearsal.`);
}

/** A PATCH: what the type allows, else tags. */
export function patchResource(tx: Transaction, id: string, body: JsonObject): void {
  const rule = rulesFor(id);
  rule.show(tx, id);
  if (rule.patch !== undefined) rule.patch(tx, id, body);
  else if (body.tags !== undefined) tx.put({ ...get(tx, id), tags: tagsOf(body) });
}

const unlisted: ReadonlySet<string> = new Set(['resourceGroups', 'agreements', 'operations', 'providers', 'roleAssignments']);

/** Top-level resources of a subscription or a group in the short form of `/resources`. */
export function listResources(view: WorldView, scope: string): readonly JsonObject[] {
  const prefix = `${keyOf(scope)}/`;
  return view
    .list('azure')
    .filter((resource) => !unlisted.has(resource.kind) && keyOf(idOf(resource)).startsWith(prefix))
    .map((resource) => {
      const { properties, ...rest } = rulesFor(idOf(resource)).show(view, idOf(resource));
      return { ...rest, provisioningState: textAt(properties, 'provisioningState') ?? 'Succeeded', createdTime: new Date(resource.createdAtMs).toISOString(), changedTime: new Date(resource.createdAtMs).toISOString() };
    });
}
