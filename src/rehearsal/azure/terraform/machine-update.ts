import type { Json, JsonObject } from '../../engine/json.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import { resourceId } from '../model/arm-id.ts';
import { power, type PowerAction } from '../model/machine-life.ts';
import { powerStateOf } from '../model/machine-view.ts';
import { get } from '../model/kept.ts';
import { patchResource } from '../model/resources.ts';
import { ask, settle, update } from './arm.ts';
import { failed } from './failures.ts';
import { labelOf, ownId } from './ids.ts';
import { bootDiagnosticsBody, identityBody, interfacesBody, osDiskBody } from './machine-body.ts';
import { bool as flag, number, text } from '../../../plugin/attributes.ts';
import { block, required, same, tags } from './values.ts';

/** What a change needs: a PATCH's body, and whether the machine must be off or deallocated for it. */
interface Change {
  readonly body: JsonObject;
  readonly off: boolean;
  readonly deallocated: boolean;
}

function changeOf(prior: Attributes, planned: Attributes): Change {
  const changed = (name: string): boolean => !same(prior[name], planned[name]);
  const properties: Record<string, Json> = {};
  const body: Record<string, Json> = {};
  if (changed('boot_diagnostics')) properties.diagnosticsProfile = bootDiagnosticsBody(planned);
  if (changed('license_type')) properties.licenseType = text(planned, 'license_type') ?? 'None';
  if (changed('extensions_time_budget')) properties.extensionsTimeBudget = required(planned, 'extensions_time_budget');
  if (changed('max_bid_price')) properties.billingProfile = { maxPrice: number(planned, 'max_bid_price') ?? -1 };
  if (changed('network_interface_ids')) properties.networkProfile = interfacesBody(planned);
  if (changed('size')) properties.hardwareProfile = { vmSize: required(planned, 'size') };
  if (changed('user_data')) properties.userData = text(planned, 'user_data');
  if (changed('encryption_at_host_enabled')) properties.securityProfile = { encryptionAtHost: flag(planned, 'encryption_at_host_enabled') ?? false };
  if (changed('allow_extension_operations')) properties.osProfile = { allowExtensionOperations: flag(planned, 'allow_extension_operations') ?? true };
  if (changed('os_disk')) {
    const { createOption: _, managedDisk: __, diskSizeGB: ___, name: ____, ...rest } = osDiskBody(planned);
    properties.storageProfile = { osDisk: { ...rest, ...(number(block(planned, 'os_disk') ?? {}, 'disk_size_gb') === null ? {} : { diskSizeGB: number(block(planned, 'os_disk') ?? {}, 'disk_size_gb') }) } };
  }
  if (changed('tags')) body.tags = tags(planned);
  if (changed('identity')) body.identity = identityBody(planned) ?? { type: 'None' };
  if (Object.keys(properties).length > 0) body.properties = properties;
  const deallocated = ['max_bid_price', 'network_interface_ids', 'os_disk', 'encryption_at_host_enabled', 'disk_controller_type'].some(changed);
  return { body, deallocated, off: deallocated || changed('size') };
}

/** Changes a machine as the provider does: off where it must be, disk first, then the machine, and on again. */
export async function updateMachine(prior: Attributes, planned: Attributes, context: ProviderContext): Promise<void> {
  const { id, subscription, group } = ownId(prior);
  const label = `Linux ${labelOf('Virtual Machine', id, ['Virtual Machine Name'])}`;
  const { body, off, deallocated } = changeOf(prior, planned);
  const state = await context.world.read((view) => powerStateOf(get(view, id)));
  const running = state === 'PowerState/running' || state === 'PowerState/starting';
  const act = async (action: PowerAction, what: string, method: string): Promise<void> => {
    try {
      await ask(context, 'update', id, (tx) => power(tx, id, action), { action: `${action}/action` });
      await settle(context, id);
    } catch (error) {
      throw failed(error, `${what} ${label}`, { method, url: id });
    }
  };
  if (off && running) await act('powerOff', 'sending Power Off to', 'PowerOff');
  if (deallocated && state !== 'PowerState/deallocated') await act('deallocate', 'deallocating', 'Deallocate');
  const [before, after] = [prior, planned].map((from) => block(from, 'os_disk') ?? {});
  const sizeGb = number(after ?? {}, 'disk_size_gb');
  if (sizeGb !== null && sizeGb !== number(before ?? {}, 'disk_size_gb')) {
    const name = text(after ?? {}, 'name') ?? text(before ?? {}, 'name') ?? '';
    const diskId = resourceId(subscription, group ?? '', 'Microsoft.Compute/disks', name);
    await update(context, `resizing OS Disk ${JSON.stringify(name)} for Linux Virtual Machine ${JSON.stringify(name)} (Resource Group ${JSON.stringify(group)})`, diskId, (tx) => patchResource(tx, diskId, { properties: { diskSizeGB: sizeGb } }), 'Update');
  }
  if (Object.keys(body).length > 0) await update(context, `updating ${label}`, id, (tx) => patchResource(tx, id, body), 'Update');
  if (off && running) await act('start', 'starting', 'Start');
}
