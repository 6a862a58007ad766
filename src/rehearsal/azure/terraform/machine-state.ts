import type { JsonObject } from '../../engine/json.ts';
import type { WorldView } from '../../engine/world.ts';
import type { Attributes, Value } from '../../../plugin/behaviour.ts';
import { parseArmId } from '../model/arm-id.ts';
import { isTrueAt, numberAt, objectAt, objectsAt, textAt, textsAt } from '../model/fields.ts';
import { find, get, propertiesOf } from '../model/kept.ts';
import { normalLocation } from '../model/locations.ts';
import { machineDocument } from '../model/machine-view.ts';
import { block, settled, tagsFrom, unlessUnset } from './values.ts';

/** A machine with what the provider asks beside it: its OS disk, its addresses. */
export interface MachineFacts {
  readonly document: JsonObject;
  readonly disk: JsonObject;
  readonly diskSku: string | null;
  readonly privateIps: readonly string[];
  readonly publicIps: readonly string[];
}

/** Reads them all at once; throws Azure's 404. */
export function machineFacts(view: WorldView, id: string): MachineFacts {
  const document = machineDocument(get(view, id), { userData: true });
  const disk = find(view, textAt(document, 'properties', 'storageProfile', 'osDisk', 'managedDisk', 'id') ?? '');
  const configurations = objectsAt(document, 'properties', 'networkProfile', 'networkInterfaces').flatMap((reference) => {
    const nic = find(view, textAt(reference, 'id') ?? '');
    return nic === null ? [] : objectsAt(propertiesOf(nic), 'ipConfigurations');
  });
  const addresses = configurations.map((one) => find(view, textAt(one, 'properties', 'publicIPAddress', 'id') ?? ''));
  return {
    document,
    disk: disk === null ? {} : propertiesOf(disk),
    diskSku: textAt(disk?.props, 'sku', 'name'),
    privateIps: configurations.flatMap((one) => textAt(one, 'properties', 'privateIPAddress') ?? []),
    publicIps: addresses.flatMap((address) => (address === null ? [] : (textAt(propertiesOf(address), 'ipAddress') ?? []))),
  };
}

function imageState(reference: JsonObject): Pick<Attributes, 'source_image_id' | 'source_image_reference'> {
  const id = textAt(reference, 'communityGalleryImageId') ?? textAt(reference, 'sharedGalleryImageId') ?? textAt(reference, 'id');
  if (id !== null) return { source_image_id: id, source_image_reference: [] };
  return { source_image_id: null, source_image_reference: [{ publisher: textAt(reference, 'publisher'), offer: textAt(reference, 'offer'), sku: textAt(reference, 'sku'), version: textAt(reference, 'version') }] };
}

function osDiskState({ document, disk, diskSku }: MachineFacts, before: Attributes): Value {
  const osDisk = objectAt(document, 'properties', 'storageProfile', 'osDisk');
  const settings = objectAt(osDisk, 'diffDiskSettings');
  const own = block(before, 'os_disk') ?? {};
  return [
    {
      id: textAt(osDisk, 'managedDisk', 'id'),
      name: textAt(osDisk, 'name'),
      caching: textAt(osDisk, 'caching'),
      disk_size_gb: numberAt(disk, 'diskSizeGB') ?? numberAt(osDisk, 'diskSizeGB'),
      storage_account_type: diskSku ?? textAt(osDisk, 'managedDisk', 'storageAccountType'),
      write_accelerator_enabled: unlessUnset(own.write_accelerator_enabled, isTrueAt(osDisk, 'writeAcceleratorEnabled'), false),
      disk_encryption_set_id: null,
      secure_vm_disk_encryption_set_id: null,
      security_encryption_type: null,
      diff_disk_settings: settings.option === undefined ? [] : [{ option: textAt(settings, 'option'), placement: textAt(settings, 'placement') }],
    },
  ];
}

function identityState(document: JsonObject): Value {
  const identity = objectAt(document, 'identity');
  const type = textAt(identity, 'type');
  if (type === null) return [];
  return [{ type, identity_ids: Object.keys(objectAt(identity, 'userAssignedIdentities')), principal_id: textAt(identity, 'principalId') ?? '', tenant_id: textAt(identity, 'tenantId') ?? '' }];
}

/** A machine's state as the provider writes it. Azure shows neither password nor custom data again: those stay. */
export function machineState(id: string, facts: MachineFacts, before: Attributes): Attributes {
  const { document, privateIps, publicIps } = facts;
  const parsed = parseArmId(id);
  const properties = objectAt(document, 'properties');
  const profile = objectAt(properties, 'osProfile');
  const linux = objectAt(profile, 'linuxConfiguration');
  const plan = objectAt(document, 'plan');
  const diagnostics = objectAt(properties, 'diagnosticsProfile', 'bootDiagnostics');
  const uefi = objectAt(properties, 'securityProfile', 'uefiSettings');
  const keys = objectsAt(linux, 'ssh', 'publicKeys').map((key) => ({ public_key: textAt(key, 'keyData'), username: /^\/home\/([^/]+)\//.exec(textAt(key, 'path') ?? '')?.[1] ?? '' }));
  return {
    ...settled(before),
    id,
    name: parsed?.names[0] ?? null,
    resource_group_name: parsed?.group ?? null,
    location: normalLocation(textAt(document, 'location') ?? ''),
    zone: textAt(document, 'zones', 0),
    size: textAt(properties, 'hardwareProfile', 'vmSize'),
    admin_username: textAt(profile, 'adminUsername'),
    admin_ssh_key: keys,
    allow_extension_operations: isTrueAt(profile, 'allowExtensionOperations'),
    computer_name: textAt(profile, 'computerName'),
    disable_password_authentication: isTrueAt(linux, 'disablePasswordAuthentication'),
    provision_vm_agent: isTrueAt(linux, 'provisionVMAgent'),
    vm_agent_platform_updates_enabled: isTrueAt(linux, 'enableVMAgentPlatformUpdates'),
    patch_mode: textAt(linux, 'patchSettings', 'patchMode') ?? 'ImageDefault',
    patch_assessment_mode: textAt(linux, 'patchSettings', 'assessmentMode') ?? 'ImageDefault',
    bypass_platform_safety_checks_on_user_schedule_enabled: false,
    boot_diagnostics: isTrueAt(diagnostics, 'enabled') ? [{ storage_account_uri: textAt(diagnostics, 'storageUri') }] : [],
    disk_controller_type: textAt(properties, 'storageProfile', 'diskControllerType') ?? '',
    encryption_at_host_enabled: unlessUnset(before.encryption_at_host_enabled, isTrueAt(properties, 'securityProfile', 'encryptionAtHost'), false),
    secure_boot_enabled: unlessUnset(before.secure_boot_enabled, isTrueAt(uefi, 'secureBootEnabled'), false),
    vtpm_enabled: unlessUnset(before.vtpm_enabled, isTrueAt(uefi, 'vTpmEnabled'), false),
    eviction_policy: textAt(properties, 'evictionPolicy'),
    extensions_time_budget: textAt(properties, 'extensionsTimeBudget') ?? 'PT1H30M',
    max_bid_price: numberAt(properties, 'billingProfile', 'maxPrice') ?? -1,
    platform_fault_domain: numberAt(properties, 'platformFaultDomain') ?? -1,
    priority: textAt(properties, 'priority') ?? 'Regular',
    license_type: textAt(properties, 'licenseType'),
    user_data: textAt(properties, 'userData'),
    network_interface_ids: objectsAt(properties, 'networkProfile', 'networkInterfaces').map((nic) => textAt(nic, 'id')),
    identity: identityState(document),
    plan: textAt(plan, 'name') === null ? [] : [{ name: textAt(plan, 'name'), product: textAt(plan, 'product'), publisher: textAt(plan, 'publisher') }],
    os_disk: osDiskState(facts, before),
    os_managed_disk_id: textAt(properties, 'storageProfile', 'osDisk', 'managedDisk', 'id'),
    ...imageState(objectAt(properties, 'storageProfile', 'imageReference')),
    private_ip_address: privateIps[0] ?? '',
    private_ip_addresses: privateIps,
    public_ip_address: publicIps[0] ?? '',
    public_ip_addresses: publicIps,
    virtual_machine_id: textAt(properties, 'vmId'),
    tags: tagsFrom(before, objectAt(document, 'tags')),
    ...(textsAt(document, 'zones').length > 1 ? { zone: null } : {}),
  };
}
