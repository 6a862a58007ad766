import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { WorldView } from '../../engine/world.ts';
import { keyOf, parseArmId } from './arm-id.ts';
import { textAt } from './fields.ts';
import { find, get, kept, propertiesOf } from './kept.ts';
import { refused } from './refuse.ts';
import { requireGroup } from './resource-groups.ts';
import type { TypeRules } from './type-rules.ts';

export const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';

/** The roles that are simulated, by name. */
export const roleNames: ReadonlyMap<string, string> = new Map([['Contributor', contributor]]);

function shown(assignment: SimResource): JsonObject {
  return { id: assignment.id, type: 'Microsoft.Authorization/roleAssignments', name: assignment.name ?? '', properties: propertiesOf(assignment) };
}

/** Who may do what in a resource group: they go with it, and no listing of resources shows them. */
export const roleAssignments: TypeRules = {
  type: 'Microsoft.Authorization/roleAssignments',
  subject: 'deadline',
  createMs: 0,
  deleteMs: 0,
  has: (view, id) => find(view, id) !== null,
  put(tx, id, body) {
    const group = requireGroup(tx, id);
    const properties = {
      scope: group.id,
      principalId: textAt(body, 'properties', 'principalId') ?? '',
      principalType: textAt(body, 'properties', 'principalType') ?? 'ServicePrincipal',
      roleDefinitionId: textAt(body, 'properties', 'roleDefinitionId') ?? '',
    };
    if (find(tx, id) !== null) throw refused(409, 'RoleAssignmentExists', 'The role assignment already exists.');
    tx.put(kept(tx, { id, kind: 'roleAssignments', location: '', body: {}, properties }));
  },
  show: (view, id) => shown(get(view, id)),
  remove(tx, id) {
    const assignment = find(tx, id);
    if (assignment !== null) tx.remove('azure', assignment.id);
  },
  list: (view) => view.list('azure', 'roleAssignments').map(shown),
};

/** Whether a principal is a contributor of that group. */
export function mayDelete(view: WorldView, principal: string | null, groupPath: string): boolean {
  const group = parseArmId(groupPath)?.group ?? '';
  return view.list('azure', 'roleAssignments').some((assignment) => {
    const properties = propertiesOf(assignment);
    const isHere = keyOf(parseArmId(assignment.id)?.group ?? '') === keyOf(group);
    return isHere && textAt(properties, 'principalId') === principal && (textAt(properties, 'roleDefinitionId') ?? '').endsWith(contributor);
  });
}
