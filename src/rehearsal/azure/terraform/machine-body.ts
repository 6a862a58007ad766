import type { JsonObject } from '../../engine/json.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import { present } from '../model/fields.ts';
import { normalLocation } from '../model/locations.ts';
import { bool as flag, number, text, texts } from '../../../plugin/attributes.ts';
import { block, blocks, required, tags } from './values.ts';

/** `/communityGalleries/…`, `/sharedGalleries/…` and plain ids each have a field of their own. */
function imageReference(planned: Attributes): JsonObject {
  const id = text(planned, 'source_image_id');
  if (id !== null) {
    if (/^\/communityGalleries\//i.test(id)) return { communityGalleryImageId: id };
    return /^\/sharedGalleries\//i.test(id) ? { sharedGalleryImageId: id } : { id };
  }
  const reference = block(planned, 'source_image_reference');
  return reference === null ? {} : present({ publisher: text(reference, 'publisher'), offer: text(reference, 'offer'), sku: text(reference, 'sku'), version: text(reference, 'version') });
}

export function osDiskBody(planned: Attributes): JsonObject {
  const disk = block(planned, 'os_disk') ?? {};
  const attached = text(planned, 'os_managed_disk_id');
  const settings = block(disk, 'diff_disk_settings');
  return present({
    osType: 'Linux',
    createOption: attached === null ? 'FromImage' : 'Attach',
    name: text(disk, 'name'),
    caching: text(disk, 'caching'),
    diskSizeGB: number(disk, 'disk_size_gb'),
    writeAcceleratorEnabled: flag(disk, 'write_accelerator_enabled') ?? false,
    diffDiskSettings: settings === null ? undefined : present({ option: text(settings, 'option'), placement: text(settings, 'placement') }),
    managedDisk: present({ storageAccountType: text(disk, 'storage_account_type'), id: attached }),
  });
}

function securityProfile(planned: Attributes): JsonObject | undefined {
  const secureBoot = flag(planned, 'secure_boot_enabled') === true;
  const vTpm = flag(planned, 'vtpm_enabled') === true;
  const atHost = flag(planned, 'encryption_at_host_enabled') === true;
  if (!secureBoot && !vTpm && !atHost) return undefined;
  return present({
    encryptionAtHost: atHost ? true : undefined,
    ...(secureBoot || vTpm ? { securityType: 'TrustedLaunch', uefiSettings: present({ secureBootEnabled: secureBoot ? true : undefined, vTpmEnabled: vTpm ? true : undefined }) } : {}),
  });
}

function osProfile(planned: Attributes): JsonObject {
  const user = required(planned, 'admin_username');
  return present({
    adminUsername: user,
    adminPassword: text(planned, 'admin_password'),
    computerName: text(planned, 'computer_name') ?? required(planned, 'name'),
    allowExtensionOperations: flag(planned, 'allow_extension_operations') ?? true,
    customData: text(planned, 'custom_data'),
    secrets: [],
    linuxConfiguration: {
      disablePasswordAuthentication: flag(planned, 'disable_password_authentication') ?? true,
      provisionVMAgent: flag(planned, 'provision_vm_agent') ?? true,
      ssh: { publicKeys: blocks(planned, 'admin_ssh_key').map((key) => ({ keyData: required(key, 'public_key'), path: `/home/${required(key, 'username')}/.ssh/authorized_keys` })) },
      patchSettings: { patchMode: text(planned, 'patch_mode') ?? 'ImageDefault', assessmentMode: text(planned, 'patch_assessment_mode') ?? 'ImageDefault' },
    },
  });
}

export function bootDiagnosticsBody(planned: Attributes): JsonObject {
  const diagnostics = block(planned, 'boot_diagnostics');
  return { bootDiagnostics: { enabled: diagnostics !== null, storageUri: diagnostics === null ? '' : (text(diagnostics, 'storage_account_uri') ?? '') } };
}

export function interfacesBody(planned: Attributes): JsonObject {
  return { networkInterfaces: texts(planned, 'network_interface_ids').map((id, index) => ({ id, properties: { primary: index === 0 } })) };
}

export function identityBody(planned: Attributes): JsonObject | undefined {
  const identity = block(planned, 'identity');
  if (identity === null) return undefined;
  const ids = texts(identity, 'identity_ids');
  return present({ type: text(identity, 'type'), userAssignedIdentities: ids.length === 0 ? undefined : Object.fromEntries(ids.map((id) => [id, {}])) });
}

/** The PUT that creates a machine. */
export function machineBody(planned: Attributes): JsonObject {
  const zone = text(planned, 'zone');
  const plan = block(planned, 'plan');
  const maxPrice = number(planned, 'max_bid_price');
  return present({
    location: normalLocation(required(planned, 'location')),
    zones: zone === null ? undefined : [zone],
    tags: tags(planned),
    plan: plan === null ? undefined : present({ name: text(plan, 'name'), product: text(plan, 'product'), publisher: text(plan, 'publisher') }),
    identity: identityBody(planned),
    properties: present({
      hardwareProfile: { vmSize: required(planned, 'size') },
      networkProfile: interfacesBody(planned),
      priority: text(planned, 'priority') ?? 'Regular',
      evictionPolicy: text(planned, 'eviction_policy'),
      billingProfile: maxPrice !== null && maxPrice > 0 ? { maxPrice } : undefined,
      storageProfile: present({ imageReference: imageReference(planned), osDisk: osDiskBody(planned), dataDisks: [], diskControllerType: text(planned, 'disk_controller_type') }),
      osProfile: text(planned, 'os_managed_disk_id') === null ? osProfile(planned) : undefined,
      securityProfile: securityProfile(planned),
      diagnosticsProfile: bootDiagnosticsBody(planned),
      extensionsTimeBudget: text(planned, 'extensions_time_budget') ?? 'PT1H30M',
      licenseType: text(planned, 'license_type'),
      userData: text(planned, 'user_data'),
    }),
  });
}
