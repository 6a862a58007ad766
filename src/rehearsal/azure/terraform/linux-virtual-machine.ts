import { CloudError } from '../../engine/cloud-error.ts';
import type { Attributes, ProviderDiagnostic } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { resourceId } from '../model/arm-id.ts';
import { textAt } from '../model/fields.ts';
import { ask, create, remove } from './arm.ts';
import { failed, problem } from './failures.ts';
import { importOf, labelOf, ownId } from './ids.ts';
import { machineBody } from './machine-body.ts';
import { machineFacts, machineState } from './machine-state.ts';
import { updateMachine } from './machine-update.ts';
import { settingsOf } from './settings.ts';
import { adminUsername, base64, computerName, exactlyOne, groupName, oneOf, sshKeys } from './validation.ts';
import { bool as flag, number, text } from '../../../plugin/attributes.ts';
import { block, blocks, required } from './values.ts';

const title = 'Virtual Machine';
const fields = ['Virtual Machine Name'];
const label = (id: string): string => `Linux ${labelOf(title, id, fields)}`;

async function state(context: ProviderContext, id: string, before: Attributes): Promise<Attributes | null> {
  try {
    return await ask(context, 'read', id, (view) => machineState(id, machineFacts(view, id), before));
  } catch (error) {
    if (error instanceof CloudError && error.status === 404) return null;
    throw failed(error, `retrieving ${label(id)}`, { method: null, url: id });
  }
}

/** What the provider finds out as late as in create, without asking Azure. */
function checkPlanned(planned: Attributes): void {
  const priority = text(planned, 'priority') ?? 'Regular';
  const passwords = flag(planned, 'disable_password_authentication') === false;
  if (text(planned, 'os_managed_disk_id') === null) {
    if (!passwords && blocks(planned, 'admin_ssh_key').length === 0) throw problem('at least one `admin_ssh_key` must be specified when `disable_password_authentication` is set to `true`');
    if (passwords && text(planned, 'admin_password') === null) throw problem('an `admin_password` must be specified if `disable_password_authentication` is set to `false`');
  }
  if (flag(planned, 'provision_vm_agent') === false && flag(planned, 'allow_extension_operations') !== false) throw problem('`allow_extension_operations` cannot be set to `true` when `provision_vm_agent` is set to `false`');
  if (priority !== 'Spot' && text(planned, 'eviction_policy') !== null) throw problem('an `eviction_policy` can only be specified when `priority` is set to `Spot`');
  if (priority === 'Spot' && text(planned, 'eviction_policy') === null) throw problem('an `eviction_policy` must be specified when `priority` is set to `Spot`');
  if (priority !== 'Spot' && (number(planned, 'max_bid_price') ?? -1) > 0) throw problem('`max_bid_price` can only be configured when `priority` is set to `Spot`');
}

function validate(config: Attributes): readonly ProviderDiagnostic[] {
  const disk = block(config, 'os_disk') ?? {};
  const price = number(config, 'max_bid_price');
  return [
    ...groupName(config),
    ...computerName(config, 'name'),
    ...computerName(config, 'computer_name'),
    ...adminUsername(config),
    ...sshKeys(config),
    ...base64(config, 'custom_data'),
    ...base64(config, 'user_data'),
    ...oneOf(config, 'priority', ['Regular', 'Spot']),
    ...oneOf(config, 'eviction_policy', ['Deallocate', 'Delete']),
    ...oneOf(config, 'patch_mode', ['AutomaticByPlatform', 'ImageDefault']),
    ...oneOf(disk, 'caching', ['None', 'ReadOnly', 'ReadWrite'], ['os_disk', 0]),
    ...oneOf(disk, 'storage_account_type', ['Premium_LRS', 'Standard_LRS', 'StandardSSD_LRS', 'StandardSSD_ZRS', 'Premium_ZRS'], ['os_disk', 0]),
    ...exactlyOne(config, ['admin_username', 'os_managed_disk_id']),
    ...exactlyOne(config, ['os_managed_disk_id', 'source_image_id', 'source_image_reference']),
    ...(price !== null && price < -1 ? [{ severity: 'error' as const, summary: `expected max_bid_price to be at least (-1.000000), got ${price.toFixed(6)}`, path: ['max_bid_price'] }] : []),
  ];
}

export const linuxVirtualMachine: ResourceBehaviour = {
  type: 'azurerm_linux_virtual_machine',
  defaults: { extensions_time_budget: 'PT1H30M', max_bid_price: -1, priority: 'Regular', platform_fault_domain: -1, bypass_platform_safety_checks_on_user_schedule_enabled: false, 'os_disk.write_accelerator_enabled': false },
  validate,
  import: importOf('Microsoft.Compute/virtualMachines', title),
  async create(planned, context) {
    checkPlanned(planned);
    const { subscription } = settingsOf(context);
    const id = resourceId(subscription, required(planned, 'resource_group_name'), 'Microsoft.Compute/virtualMachines', required(planned, 'name'));
    await create(context, { type: 'azurerm_linux_virtual_machine', id, label: label(id), verb: 'creating', body: machineBody(planned), planned });
    const made = await state(context, id, planned);
    if (made === null) throw problem(`retrieving ${label(id)}: unexpected status 404 (404 Not Found) with error: ResourceNotFound: it is gone already`);
    return made;
  },
  read: (prior, context) => state(context, ownId(prior).id, prior),
  async update(prior, planned, context) {
    await updateMachine(prior, planned, context);
    const { id } = ownId(prior);
    const made = await state(context, id, planned);
    if (made === null) throw problem(`retrieving ${label(id)}: unexpected status 404 (404 Not Found) with error: ResourceNotFound: it is gone already`);
    return made;
  },
  async delete(prior, context) {
    const { id } = ownId(prior);
    let diskId: string | null;
    try {
      diskId = await ask(context, 'read', id, (view) => textAt(machineFacts(view, id).document, 'properties', 'storageProfile', 'osDisk', 'managedDisk', 'id'));
    } catch (error) {
      if (error instanceof CloudError && error.status === 404) return;
      throw failed(error, `retrieving ${label(id)}`, { method: null, url: id });
    }
    await remove(context, `deleting ${label(id)}`, id, prior);
    if (diskId !== null && settingsOf(context).deleteOsDisk) await remove(context, `deleting ${labelOf('Managed Disk', diskId, ['Disk Name'])} for ${label(id)}`, diskId, prior);
  },
};
