import { isTrueAt, objectAt, present, textAt } from '../model/fields.ts';
import { prefixesOf } from '../model/subnet-rules.ts';
import { armResource } from './arm-resource.ts';
import { oneOf } from './validation.ts';
import { bool as flag, text, texts } from '../../../plugin/attributes.ts';

export const subnet = armResource({
  type: 'azurerm_subnet',
  armType: 'Microsoft.Network/virtualNetworks/subnets',
  title: 'Subnet',
  nameFrom: ['virtual_network_name', 'name'],
  fields: ['Virtual Network Name', 'Subnet Name'],
  defaults: { default_outbound_access_enabled: true, private_endpoint_network_policies: 'Disabled', private_link_service_network_policies_enabled: true },
  validate: (config) => oneOf(config, 'private_endpoint_network_policies', ['Disabled', 'Enabled', 'NetworkSecurityGroupEnabled', 'RouteTableEnabled']),
  body(planned, current) {
    const prefixes = texts(planned, 'address_prefixes');
    const [first] = prefixes;
    // What other resources bind to the subnet is sent back as it was.
    const { provisioningState: _, ipConfigurations: __, addressPrefix: ___, addressPrefixes: ____, ...kept } = objectAt(current ?? {}, 'properties');
    return {
      properties: present({
        ...kept,
        ...(prefixes.length === 1 ? { addressPrefix: first } : { addressPrefixes: prefixes }),
        privateEndpointNetworkPolicies: text(planned, 'private_endpoint_network_policies') ?? 'Disabled',
        privateLinkServiceNetworkPolicies: flag(planned, 'private_link_service_network_policies_enabled') === false ? 'Disabled' : 'Enabled',
        defaultOutboundAccess: flag(planned, 'default_outbound_access_enabled') ?? true,
      }),
    };
  },
  state(document) {
    const properties = objectAt(document, 'properties');
    return {
      address_prefixes: prefixesOf(document),
      default_outbound_access_enabled: properties.defaultOutboundAccess === undefined || isTrueAt(properties, 'defaultOutboundAccess'),
      private_endpoint_network_policies: textAt(properties, 'privateEndpointNetworkPolicies') ?? 'Disabled',
      private_link_service_network_policies_enabled: textAt(properties, 'privateLinkServiceNetworkPolicies') !== 'Disabled',
      network_security_group_id: textAt(properties, 'networkSecurityGroup', 'id') ?? '',
      route_table_id: '',
      // Write-only: never in a state.
      network_security_group_id_wo: null,
      route_table_id_wo: null,
    };
  },
});
