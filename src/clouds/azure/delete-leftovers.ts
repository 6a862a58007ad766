import type { Undeleted } from '../../core/cloud.ts';
import type { LeftResource } from '../../core/events.ts';
import type { LabError, Problem } from '../../core/errors.ts';
import { withLimit } from '../../core/with-limit.ts';
import { deletedOrWhy, deletionsAtOnce, type Sleep } from '../delete-patiently.ts';
import { apiVersion } from './api-versions.ts';
import type { ArmClient } from './arm-client.ts';
import { readArmId, sameText } from './arm-id.ts';

/** Each before what it needs. A group takes everything in it along, so groups come first. */
const order: readonly (readonly [type: string, apiVersion: string])[] = [
  ['azurerm_resource_group', apiVersion.resources],
  ['azurerm_logic_app_workflow', apiVersion.logic],
  ['azurerm_linux_virtual_machine', apiVersion.compute],
  ['azurerm_network_interface', apiVersion.network],
  ['azurerm_public_ip', apiVersion.network],
  ['azurerm_virtual_network', apiVersion.network],
  ['azurerm_network_security_group', apiVersion.network],
  ['azurerm_managed_disk', apiVersion.disks],
  ['azurerm_snapshot', apiVersion.disks],
  ['azurerm_ssh_public_key', apiVersion.compute],
];

/**
 * Deletes what a listing found, of any number of sessions and regions: kind after kind, those of a kind at once. Resolves with what could
 * not be deleted and why; what a group took along counts as deleted. Kinds that labtui does not make are left alone where no group that
 * was found holds them.
 */
export async function deleteLeftovers(arm: ArmClient, found: readonly LeftResource[], sleep: Sleep): Promise<readonly Undeleted[]> {
  const undeleted: Undeleted[] = [];
  let rest = found;
  for (const [type, version] of order) {
    const these = rest.filter((resource) => resource.type === type);
    const outcomes = await withLimit(these, deletionsAtOnce, (resource) => deletedOrWhy(resource, () => arm.remove(resource.id, version), { sleep, isHeld }));
    undeleted.push(...outcomes.filter((outcome) => outcome !== null));
    rest = rest.filter((resource) => resource.type !== type);
    if (type === 'azurerm_resource_group') {
      const gone = these.filter((resource) => !undeleted.some(({ resource: kept }) => kept === resource));
      rest = rest.filter((resource) => !gone.some((group) => isIn(resource, group)));
    }
  }
  return [...undeleted, ...rest.map((resource) => ({ resource, problem: unknownKind(resource) }))];
}

/** In use, or changed by somebody else at this moment. */
function isHeld({ problem }: LabError): boolean {
  return problem.kind === 'conflict' && problem.retryable === true;
}

function isIn(resource: LeftResource, group: LeftResource): boolean {
  const [inner, outer] = [readArmId(resource.id)?.group, readArmId(group.id)?.group];
  return inner != null && outer != null && sameText(inner, outer);
}

function unknownKind({ type, id }: LeftResource): Problem {
  return { kind: 'conflict', summary: `labtui does not delete ${type} ${id}` };
}
