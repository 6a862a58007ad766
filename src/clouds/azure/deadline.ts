/**
 * What an Azure lab's own deadline is made of: a logic app in the lab's resource group that deletes the group, itself with it, as an
 * identity that may do so in this group alone. Of its parts only the app is a resource that listings show; all go with the group.
 */
export const triggerName = 'deadline';
export const actionName = 'delete-the-group';

/** Contributor: the least of Azure's own roles that may delete a resource group ("Azure built-in roles"). */
export const roleName = 'Contributor';
export const roleDefinition = 'b24988ac-6180-42a0-ab88-20f7382dd24c';

/** Resource Manager of the public cloud: an app in another one would have to ask another. */
export const resourceManager = 'https://management.azure.com';

/** `2026-11-21T14:00:00Z`, as a recurrence trigger without a time zone takes it: not before the deadline, so the fraction of a second is rounded up. */
export function triggerTime(iso: string): string {
  return new Date(Math.ceil(Date.parse(iso) / 1_000) * 1_000).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A first try at the deadline, and again every hour while the group is there. */
export const recurrence = { frequency: 'Hour', interval: 1 } as const;

/** The app's one action, in the language of workflow definitions. */
export function deleteAction(groupPath: string): string {
  return JSON.stringify({
    type: 'Http',
    runAfter: {},
    inputs: {
      method: 'DELETE',
      uri: `${resourceManager}${groupPath}?api-version=2021-04-01`,
      authentication: { type: 'ManagedServiceIdentity', audience: resourceManager },
    },
  });
}
