import type { ProviderDiagnostic } from '../../../plugin/behaviour.ts';
import { numberAt, objectAt, objectsAt, present, textAt, textsAt } from '../model/fields.ts';
import { normalLocation } from '../model/locations.ts';
import { armResource } from './arm-resource.ts';
import { between, oneOf } from './validation.ts';
import { isAttributes, number, text, texts } from '../../../plugin/attributes.ts';
import { required, tags, tagsFrom } from './values.ts';

const basic =
  'creation of new `Basic` SKU public IP addresses is no longer permitted following its deprecation on March 31, 2025. This also affects `allocation_method` set to `Dynamic`, as it is only available with the `Basic` SKU. For more information, see https://azure.microsoft.com/updates/upgrade-to-standard-sku-public-ip-addresses-in-azure-by-30-september-2025-basic-sku-will-be-retired/';

export const publicIp = armResource({
  type: 'azurerm_public_ip',
  armType: 'Microsoft.Network/publicIPAddresses',
  // The generated names of HashiCorp's ids part every capital.
  title: 'Public I P Address',
  fields: ['Public I P Addresses Name'],
  creating: 'updating',
  defaults: { ddos_protection_mode: 'VirtualNetworkInherited', ip_version: 'IPv4', sku: 'Standard', sku_tier: 'Regional', idle_timeout_in_minutes: 4 },
  validate(config) {
    const problems: ProviderDiagnostic[] = [
      ...oneOf(config, 'allocation_method', ['Static', 'Dynamic']),
      ...oneOf(config, 'sku', ['Basic', 'Standard', 'StandardV2']),
      ...oneOf(config, 'sku_tier', ['Global', 'Regional']),
      ...oneOf(config, 'ip_version', ['IPv4', 'IPv6']),
      ...between(config, 'idle_timeout_in_minutes', 4, 30),
    ];
    const sku = text(config, 'sku') ?? 'Standard';
    if (sku === 'Basic') problems.push({ severity: 'error', summary: basic });
    else if (text(config, 'allocation_method') === 'Dynamic') problems.push({ severity: 'error', summary: '`allocation_method` must be set to `Static` when `sku` is set to `Standard` or `StandardV2`' });
    return problems;
  },
  body(planned) {
    const label = text(planned, 'domain_name_label');
    const reverse = text(planned, 'reverse_fqdn');
    const ipTags = planned.ip_tags;
    return present({
      location: normalLocation(required(planned, 'location')),
      zones: texts(planned, 'zones').length === 0 ? undefined : [...texts(planned, 'zones')].sort(),
      sku: { name: text(planned, 'sku') ?? 'Standard', tier: text(planned, 'sku_tier') ?? 'Regional' },
      tags: tags(planned),
      properties: present({
        publicIPAllocationMethod: text(planned, 'allocation_method'),
        publicIPAddressVersion: text(planned, 'ip_version') ?? 'IPv4',
        idleTimeoutInMinutes: number(planned, 'idle_timeout_in_minutes') ?? 4,
        ddosSettings: { protectionMode: text(planned, 'ddos_protection_mode') ?? 'VirtualNetworkInherited' },
        dnsSettings: label === null && reverse === null ? undefined : present({ domainNameLabel: label, reverseFqdn: reverse, domainNameLabelScope: text(planned, 'domain_name_label_scope') }),
        ipTags: isAttributes(ipTags) ? Object.entries(ipTags).flatMap(([ipTagType, tag]) => (typeof tag === 'string' ? [{ ipTagType, tag }] : [])) : undefined,
      }),
    });
  },
  state(document, before) {
    const properties = objectAt(document, 'properties');
    const zones = textsAt(document, 'zones');
    const ipTags = objectsAt(properties, 'ipTags');
    return {
      location: normalLocation(textAt(document, 'location') ?? ''),
      zones: zones.length === 0 ? null : zones,
      sku: textAt(document, 'sku', 'name'),
      sku_tier: textAt(document, 'sku', 'tier'),
      allocation_method: textAt(properties, 'publicIPAllocationMethod'),
      ip_version: textAt(properties, 'publicIPAddressVersion'),
      ip_address: textAt(properties, 'ipAddress'),
      idle_timeout_in_minutes: numberAt(properties, 'idleTimeoutInMinutes'),
      ddos_protection_mode: textAt(properties, 'ddosSettings', 'protectionMode') ?? 'VirtualNetworkInherited',
      ddos_protection_plan_id: null,
      domain_name_label: textAt(properties, 'dnsSettings', 'domainNameLabel'),
      domain_name_label_scope: textAt(properties, 'dnsSettings', 'domainNameLabelScope'),
      fqdn: textAt(properties, 'dnsSettings', 'fqdn'),
      reverse_fqdn: textAt(properties, 'dnsSettings', 'reverseFqdn'),
      ip_tags: ipTags.length === 0 ? null : Object.fromEntries(ipTags.map((tag) => [textAt(tag, 'ipTagType') ?? '', textAt(tag, 'tag')])),
      edge_zone: null,
      public_ip_prefix_id: null,
      tags: tagsFrom(before, objectAt(document, 'tags')),
    };
  },
});
