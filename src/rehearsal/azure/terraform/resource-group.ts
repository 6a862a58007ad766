import { CloudError } from '../../engine/cloud-error.ts';
import { type Attributes, ProviderError } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { groupId } from '../model/arm-id.ts';
import { objectAt, present, textAt } from '../model/fields.ts';
import { normalLocation } from '../model/locations.ts';
import { listResources, patchResource, rulesFor } from '../model/resources.ts';
import { ask, importNeeded, poll, readDocument, refresh } from './arm.ts';
import { failed } from './failures.ts';
import { importOf, labelOf, ownId } from './ids.ts';
import { settingsOf } from './settings.ts';
import { text } from '../../../plugin/attributes.ts';
import { required, settled, tags, tagsFrom } from './values.ts';
import { groupName } from './validation.ts';

const label = (id: string): string => labelOf('Resource Group', id, []);

async function state(context: ProviderContext, id: string, before: Attributes): Promise<Attributes | null> {
  const document = await refresh(context, label(id), id);
  if (document === null) return null;
  return {
    ...settled(before),
    id,
    name: textAt(document, 'name'),
    location: normalLocation(textAt(document, 'location') ?? ''),
    managed_by: textAt(document, 'managedBy'),
    tags: tagsFrom(before, objectAt(document, 'tags')),
  };
}

async function checkEmpty(context: ProviderContext, id: string): Promise<void> {
  const left = async (): Promise<readonly string[]> => {
    try {
      return await ask(context, 'read', id, (view) => listResources(view, id).map((item) => textAt(item, 'id') ?? ''));
    } catch (error) {
      throw failed(error, `listing resources in ${label(id)}`, { method: null, url: `${id}/resources?$expand=provisioningState&$top=10&api-version=2023-07-01` });
    }
  };
  // The provider tries for ten minutes: groups hold on to what is gone already.
  for (let waited = 0; ; waited += 30_000) {
    const ids = await left();
    if (ids.length === 0) return;
    await context.world.sleep(30_000, context.signal);
    if (waited >= 600_000) throw stillContains(id, ids);
  }
}

/** The provider's own page of text, resource_group_resource.go: apostrophes become backticks. */
function stillContains(id: string, ids: readonly string[]): ProviderError {
  const name = id.slice(id.lastIndexOf('/') + 1);
  const summary = [
    `deleting Resource Group ${JSON.stringify(name)}: the Resource Group still contains Resources.`,
    '',
    'Terraform is configured to check for Resources within the Resource Group when deleting the Resource Group - and',
    'raise an error if nested Resources still exist to avoid unintentionally deleting these Resources.',
    '',
    'Terraform has detected that the following Resources still exist within the Resource Group:',
    '',
    ...[...ids].sort().map((one) => `* \`${one}\``),
    '',
    'This feature is intended to avoid the unintentional destruction of nested Resources provisioned through some',
    'other means (for example, an ARM Template Deployment) - as such you must either remove these Resources, or',
    'disable this behaviour using the feature flag `prevent_deletion_if_contains_resources` within the `features`',
    'block when configuring the Provider, for example:',
    '',
    'provider "azurerm" {',
    '  features {',
    '    resource_group {',
    '      prevent_deletion_if_contains_resources = false',
    '    }',
    '  }',
    '}',
    '',
    'When that feature flag is set, Terraform will skip checking for any Resources within the Resource Group and',
    'delete this using the Azure API directly (which will clear up any nested resources).',
    '',
    'More information on the `features` block can be found in the documentation:',
    'https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides/features-block',
    '',
  ].join('\n');
  return new ProviderError({ severity: 'error', summary });
}

export const resourceGroup: ResourceBehaviour = {
  type: 'azurerm_resource_group',
  validate: (config) => groupName(config, 'name'),
  import: importOf('Microsoft.Resources/resourceGroups', 'Resource Group'),
  async create(planned, context) {
    const { subscription } = settingsOf(context);
    const id = groupId(subscription, required(planned, 'name'));
    if (await context.world.read((view) => rulesFor(id).has(view, id))) throw importNeeded('azurerm_resource_group', id);
    const body = present({ location: normalLocation(required(planned, 'location')), tags: tags(planned), managedBy: text(planned, 'managed_by') });
    try {
      await ask(context, 'create', id, (tx) => rulesFor(id).put(tx, id, body), { body });
      // Three good answers in a row, some seconds apart: groups are not to be seen everywhere at once.
      await context.world.sleep(20_000, context.signal);
    } catch (error) {
      throw failed(error, `creating ${JSON.stringify(label(id))}`, { method: null, url: id });
    }
    return (await state(context, id, planned)) ?? { ...settled(planned), id };
  },
  read: (prior, context) => state(context, ownId(prior).id, prior),
  async update(prior, planned, context) {
    const { id } = ownId(prior);
    const body = present({ tags: tags(planned), managedBy: text(planned, 'managed_by') });
    try {
      await ask(context, 'update', id, (tx) => patchResource(tx, id, body));
    } catch (error) {
      throw failed(error, `creating ${JSON.stringify(label(id))}`, { method: null, url: id });
    }
    return (await state(context, id, planned)) ?? { ...settled(planned), id };
  },
  async delete(prior, context) {
    const { id } = ownId(prior);
    if ((await context.world.read((view) => rulesFor(id).has(view, id))) && settingsOf(context).preventGroupDeletion) await checkEmpty(context, id);
    try {
      await ask(context, 'delete', id, (tx) => rulesFor(id).remove(tx, id));
      await poll(context, 5_400_000, async () => ((await readDocument(context, id)) === null ? true : null));
    } catch (error) {
      if (error instanceof CloudError && error.status === 404) return;
      throw failed(error, `deleting ${label(id)}`, { method: null, url: id });
    }
  },
};
