import { randomUUID } from 'node:crypto';
import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { text } from '../../../plugin/attributes.ts';
import { lastName } from '../model/arm-id.ts';
import { textAt } from '../model/fields.ts';
import { roleNames } from '../model/role-assignments.ts';
import { create, refresh, remove } from './arm.ts';
import { problem } from './failures.ts';
import { labelOf, ownId } from './ids.ts';
import { settingsOf } from './settings.ts';
import { required, settled } from './values.ts';

const type = 'azurerm_role_assignment';
const label = (id: string): string => labelOf('Role Assignment', id, ['Role Assignment Name']);

/** Of resource groups; everything in it replaces it. */
export const roleAssignment: ResourceBehaviour = {
  type,
  async create(planned, context) {
    const { subscription } = settingsOf(context);
    const role = text(planned, 'role_definition_name') ?? '';
    const roleId = text(planned, 'role_definition_id') ?? definitionId(subscription, role);
    const id = `${required(planned, 'scope')}/providers/Microsoft.Authorization/roleAssignments/${text(planned, 'name') ?? randomUUID()}`;
    const body = { properties: { roleDefinitionId: roleId, principalId: required(planned, 'principal_id'), principalType: text(planned, 'principal_type') ?? 'ServicePrincipal' } };
    await create(context, { type, id, label: label(id), verb: 'creating', body, planned });
    const made = await state(context, id, planned);
    if (made === null) throw problem(`retrieving ${label(id)}: it is gone`);
    return made;
  },
  read: (prior, context) => state(context, ownId(prior).id, prior),
  async delete(prior, context) {
    const { id } = ownId(prior);
    await remove(context, `deleting ${label(id)}`, id, prior);
  },
};

async function state(context: ProviderContext, id: string, before: Attributes): Promise<Attributes | null> {
  const document = await refresh(context, label(id), id);
  if (document === null) return null;
  const roleId = textAt(document, 'properties', 'roleDefinitionId') ?? '';
  return {
    ...settled(before),
    id,
    name: lastName(id),
    scope: textAt(document, 'properties', 'scope'),
    principal_id: textAt(document, 'properties', 'principalId'),
    principal_type: textAt(document, 'properties', 'principalType'),
    role_definition_id: roleId,
    role_definition_name: [...roleNames].find(([, definition]) => roleId.endsWith(definition))?.[0] ?? null,
    skip_service_principal_aad_check: before.skip_service_principal_aad_check === true,
    condition_version: '',
  };
}

function definitionId(subscription: string, role: string): string {
  const definition = roleNames.get(role);
  if (definition === undefined) throw problem(`loading Role Definition List: could not find role '${role}'`);
  return `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${definition}`;
}
