import type { JsonObject } from '../../engine/json.ts';
import { type Attributes, ProviderError } from '../../../plugin/behaviour.ts';
import type { ProviderContext, ResourceBehaviour } from '../../provider/behaviour.ts';
import { lastName, sameId } from '../model/arm-id.ts';
import { isTrueAt, numberAt, objectsAt, present, textAt } from '../model/fields.ts';
import { patchResource } from '../model/resources.ts';
import { importNeeded, readDocument, update } from './arm.ts';
import { failed, problem } from './failures.ts';
import { labelOf } from './ids.ts';
import { oneOf } from './validation.ts';
import { bool as flag, number, text } from '../../../plugin/attributes.ts';
import { required, settled } from './values.ts';

const label = (id: string): string => labelOf('Virtual Machine', id, ['Virtual Machine Name']);

function disksOf(document: JsonObject): readonly JsonObject[] {
  return objectsAt(document, 'properties', 'storageProfile', 'dataDisks');
}

async function machine(context: ProviderContext, id: string): Promise<JsonObject | null> {
  return await readDocument(context, id).catch((error: unknown) => {
    throw failed(error, `retrieving ${label(id)}`, { method: null, url: id });
  });
}

function endsOf(before: Attributes): { readonly machineId: string; readonly name: string } {
  const [machineId = '', name = ''] = (text(before, 'id') ?? '').split('/dataDisks/');
  return { machineId, name };
}

async function state(before: Attributes, context: ProviderContext): Promise<Attributes | null> {
  const { machineId, name } = endsOf(before);
  const document = await machine(context, machineId);
  const disk = document === null ? undefined : disksOf(document).find((one) => textAt(one, 'name') === name);
  if (disk === undefined) return null;
  return {
    ...settled(before),
    virtual_machine_id: machineId,
    managed_disk_id: textAt(disk, 'managedDisk', 'id'),
    lun: numberAt(disk, 'lun'),
    caching: textAt(disk, 'caching'),
    create_option: textAt(disk, 'createOption'),
    write_accelerator_enabled: isTrueAt(disk, 'writeAcceleratorEnabled'),
  };
}

function diskBody(planned: Attributes): JsonObject {
  const id = required(planned, 'managed_disk_id');
  return present({ name: lastName(id), lun: number(planned, 'lun'), caching: text(planned, 'caching'), createOption: text(planned, 'create_option') ?? 'Attach', managedDisk: { id }, writeAcceleratorEnabled: flag(planned, 'write_accelerator_enabled') ?? false });
}

async function attach(planned: Attributes, context: ProviderContext): Promise<Attributes> {
  const machineId = required(planned, 'virtual_machine_id');
  const disk = diskBody(planned);
  const others = (document: JsonObject): readonly JsonObject[] => disksOf(document).filter((one) => !sameId(textAt(one, 'managedDisk', 'id'), required(planned, 'managed_disk_id')));
  await update(context, `updating Virtual Machine ${JSON.stringify(label(machineId))} to attach Disk ${JSON.stringify(textAt(disk, 'name') ?? '')}`, machineId, (tx, document) =>
    patchResource(tx, machineId, { properties: { storageProfile: { dataDisks: [...others(document), disk] } } }),
  );
  const id = `${machineId}/dataDisks/${textAt(disk, 'name') ?? ''}`;
  const made = await state({ ...planned, id }, context);
  if (made === null) throw problem(`retrieving ${label(machineId)}: the disk is not attached`);
  return made;
}

export const dataDiskAttachment: ResourceBehaviour = {
  type: 'azurerm_virtual_machine_data_disk_attachment',
  defaults: { create_option: 'Attach', write_accelerator_enabled: false },
  validate: (config) => [...oneOf(config, 'caching', ['None', 'ReadOnly', 'ReadWrite']), ...oneOf(config, 'create_option', ['Attach', 'Empty'])],
  async create(planned, context) {
    const machineId = required(planned, 'virtual_machine_id');
    const document = await machine(context, machineId);
    if (document === null) throw new ProviderError({ severity: 'error', summary: `Virtual Machine ${JSON.stringify(label(machineId))}  was not found` });
    const diskId = required(planned, 'managed_disk_id');
    if (disksOf(document).some((one) => sameId(textAt(one, 'managedDisk', 'id'), diskId))) throw importNeeded('azurerm_virtual_machine_data_disk_attachment', `${machineId}/dataDisks/${lastName(diskId)}`);
    return await attach(planned, context);
  },
  read: state,
  update: (_prior, planned, context) => attach(planned, context),
  async delete(prior, context) {
    const { machineId, name } = endsOf(prior);
    if ((await machine(context, machineId)) === null) return;
    await update(context, `removing Disk ${JSON.stringify(name)} from Virtual Machine ${JSON.stringify(label(machineId))}`, machineId, (tx, document) =>
      patchResource(tx, machineId, { properties: { storageProfile: { dataDisks: disksOf(document).filter((one) => textAt(one, 'name') !== name) } } }),
    );
  },
};
