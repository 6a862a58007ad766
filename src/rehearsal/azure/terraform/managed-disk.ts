import { numberAt, objectAt, present, textAt } from '../model/fields.ts';
import { normalLocation } from '../model/locations.ts';
import { armResource } from './arm-resource.ts';
import { between, oneOf } from './validation.ts';
import { bool as flag, number, text } from '../../../plugin/attributes.ts';
import { required, tags, tagsFrom, unlessUnset } from './values.ts';

export const managedDisk = armResource({
  type: 'azurerm_managed_disk',
  armType: 'Microsoft.Compute/disks',
  title: 'Managed Disk',
  fields: ['Disk Name'],
  defaults: { public_network_access_enabled: true, optimized_frequent_attach_enabled: false, performance_plus_enabled: false },
  validate: (config) => [
    ...oneOf(config, 'storage_account_type', ['Standard_LRS', 'StandardSSD_ZRS', 'Premium_LRS', 'PremiumV2_LRS', 'Premium_ZRS', 'StandardSSD_LRS', 'UltraSSD_LRS']),
    ...oneOf(config, 'create_option', ['Copy', 'Empty', 'FromImage', 'Import', 'ImportSecure', 'Restore', 'Upload']),
    ...between(config, 'disk_size_gb', 1, 65_536),
  ],
  body: (planned) =>
    present({
      location: normalLocation(required(planned, 'location')),
      zones: text(planned, 'zone') === null ? undefined : [required(planned, 'zone')],
      sku: { name: required(planned, 'storage_account_type') },
      tags: tags(planned),
      properties: present({
        creationData: { createOption: required(planned, 'create_option') },
        diskSizeGB: number(planned, 'disk_size_gb'),
        osType: text(planned, 'os_type'),
        networkAccessPolicy: text(planned, 'network_access_policy') ?? 'AllowAll',
        publicNetworkAccess: flag(planned, 'public_network_access_enabled') === false ? 'Disabled' : 'Enabled',
      }),
    }),
  state(document, before) {
    const properties = objectAt(document, 'properties');
    return {
      location: normalLocation(textAt(document, 'location') ?? ''),
      zone: textAt(document, 'zones', 0),
      storage_account_type: textAt(document, 'sku', 'name'),
      create_option: textAt(properties, 'creationData', 'createOption'),
      disk_size_gb: numberAt(properties, 'diskSizeGB'),
      disk_iops_read_write: numberAt(properties, 'diskIOPSReadWrite'),
      disk_mbps_read_write: numberAt(properties, 'diskMBpsReadWrite'),
      disk_iops_read_only: 0,
      disk_mbps_read_only: 0,
      logical_sector_size: 0,
      max_shares: 0,
      source_uri: '',
      tier: textAt(properties, 'tier') ?? '',
      os_type: textAt(properties, 'osType'),
      network_access_policy: unlessUnset(before.network_access_policy, textAt(properties, 'networkAccessPolicy'), 'AllowAll'),
      public_network_access_enabled: textAt(properties, 'publicNetworkAccess') !== 'Disabled',
      tags: tagsFrom(before, objectAt(document, 'tags')),
    };
  },
});
