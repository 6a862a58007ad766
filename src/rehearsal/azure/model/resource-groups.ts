import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { WorldView } from '../../engine/world.ts';
import { armId, groupId, keyOf, parseArmId } from './arm-id.ts';
import { isTrueAt, present, tagsOf, textAt } from './fields.ts';
import { find, idOf, kept } from './kept.ts';
import { checkLocation } from './locations.ts';
import { groupNotFound, refused } from './refuse.ts';
import { checkSubscription } from './subscription.ts';
import type { TypeRules } from './type-rules.ts';

const namePattern = /^[-\w._()]{0,89}[-\w_()]$/;

function nameOf(id: string): string {
  return parseArmId(id)?.group ?? '';
}

/** The group that a resource is to be put into; throws where it is not there, or on its way out. */
export function requireGroup(view: WorldView, id: string): SimResource {
  const parsed = parseArmId(id);
  const group = find(view, groupId(parsed?.subscription ?? '', parsed?.group ?? ''));
  if (group === null) throw groupNotFound(parsed?.group ?? '');
  if (isDeleting(group)) throw beingDeleted(group);
  return group;
}

export function isDeleting(group: SimResource): boolean {
  return isTrueAt(group.props, 'deleting');
}

function beingDeleted(group: SimResource) {
  return refused(409, 'ResourceGroupBeingDeleted', `The resource group '${group.name ?? ''}' is in deprovisioning state and cannot perform this operation.`);
}

function document(group: SimResource): JsonObject {
  return present({
    id: idOf(group),
    name: group.name ?? '',
    type: 'Microsoft.Resources/resourceGroups',
    location: group.region ?? '',
    managedBy: group.props.managedBy,
    tags: Object.keys(group.tags).length === 0 ? undefined : group.tags,
    properties: { provisioningState: isDeleting(group) ? 'Deleting' : 'Succeeded' },
  });
}

/** Everything in a group, children of resources not counted. */
export function contentsOf(view: WorldView, id: string): readonly SimResource[] {
  const prefix = `${keyOf(id)}/`;
  return view.list('azure').filter((resource) => keyOf(resource.id).startsWith(prefix));
}

/** `remove` is the composition's: it knows how every type goes. */
export const resourceGroups: Omit<TypeRules, 'remove'> = {
  type: 'Microsoft.Resources/resourceGroups',
  subject: 'group',
  createMs: 0,
  deleteMs: 60_000,
  has: (view, id) => find(view, id) !== null,
  put(tx, id, body) {
    const parsed = parseArmId(id);
    checkSubscription(parsed?.subscription ?? '');
    const name = nameOf(id);
    if (!namePattern.test(name)) {
      throw refused(400, 'InvalidResourceGroup', `The provided resource group name '${name}' has these invalid characters: '${name.replaceAll(/[-\w._()]/g, '')}'. The name can only be a letter, digit, '-', '.', '(', ')' or '_'.`);
    }
    const location = checkLocation(tx, textAt(body, 'location'), null);
    const before = find(tx, id);
    if (before !== null && isDeleting(before)) throw beingDeleted(before);
    if (before !== null && before.region !== location) {
      throw refused(409, 'InvalidResourceGroupLocation', `Invalid resource group location '${location}'. The Resource group already exists in location '${before.region ?? ''}'.`);
    }
    // Only the group's own id: a caller's case of `resourcegroups` is not kept.
    const own = armId({ subscription: parsed?.subscription ?? '', group: name, namespace: null, type: '', names: [] });
    const managedBy = textAt(body, 'managedBy');
    tx.put(kept(tx, { id: own, kind: 'resourceGroups', location, body, properties: {}, more: { managedBy } }));
  },
  patch(tx, id, body) {
    const group = find(tx, id);
    if (group === null) throw groupNotFound(nameOf(id));
    tx.put({ ...group, tags: body.tags === undefined ? group.tags : tagsOf(body) });
  },
  show(view, id) {
    const group = find(view, id);
    if (group === null) throw groupNotFound(nameOf(id));
    return document(group);
  },
  list: (view) => view.list('azure', 'resourceGroups').map(document),
};

