import type { JsonObject } from '../../engine/json.ts';
import type { Attributes, Value } from '../../../plugin/behaviour.ts';
import { numberAt, objectAt, objectsAt, present, textAt, textsAt } from '../model/fields.ts';
import { normalLocation } from '../model/locations.ts';
import { prefixesOf } from '../model/subnet-rules.ts';
import { armResource } from './arm-resource.ts';
import { isAttributes, list, number, text, texts } from '../../../plugin/attributes.ts';
import { required, tags, tagsFrom, unlessUnset } from './values.ts';

function subnetState(subnet: JsonObject): Value {
  const properties = objectAt(subnet, 'properties');
  return {
    name: textAt(subnet, 'name'),
    id: textAt(subnet, 'id'),
    address_prefixes: prefixesOf(subnet),
    security_group: textAt(properties, 'networkSecurityGroup', 'id') ?? '',
    default_outbound_access_enabled: properties.defaultOutboundAccess !== false,
    delegation: [],
    private_endpoint_network_policies: textAt(properties, 'privateEndpointNetworkPolicies') ?? 'Disabled',
    private_link_service_network_policies_enabled: textAt(properties, 'privateLinkServiceNetworkPolicies') !== 'Disabled',
    route_table_id: '',
    service_endpoint: [],
    service_endpoint_policy_ids: [],
  };
}

function subnetBody(subnet: Attributes): JsonObject {
  const [first, ...more] = texts(subnet, 'address_prefixes');
  const group = text(subnet, 'security_group');
  return { name: required(subnet, 'name'), properties: present({ ...(more.length === 0 ? { addressPrefix: first } : { addressPrefixes: texts(subnet, 'address_prefixes') }), networkSecurityGroup: group === null ? undefined : { id: group } }) };
}

export const virtualNetwork = armResource({
  type: 'azurerm_virtual_network',
  armType: 'Microsoft.Network/virtualNetworks',
  title: 'Virtual Network',
  fields: ['Virtual Network Name'],
  defaults: { private_endpoint_vnet_policies: 'Disabled' },
  body(planned, current) {
    const inline = list(planned, 'subnet').filter(isAttributes);
    // Subnets of their own stay as they are: the provider sends back what it read.
    const subnets = inline.length > 0 && current === null ? { subnets: inline.map(subnetBody) } : {};
    return {
      location: normalLocation(required(planned, 'location')),
      tags: tags(planned),
      properties: present({
        addressSpace: { addressPrefixes: texts(planned, 'address_space') },
        dhcpOptions: { dnsServers: texts(planned, 'dns_servers') },
        privateEndpointVNetPolicies: text(planned, 'private_endpoint_vnet_policies') ?? 'Disabled',
        flowTimeoutInMinutes: number(planned, 'flow_timeout_in_minutes'),
        bgpCommunities: text(planned, 'bgp_community') === null ? undefined : { virtualNetworkCommunity: text(planned, 'bgp_community') },
        ...subnets,
      }),
    };
  },
  state(document, before) {
    const properties = objectAt(document, 'properties');
    return {
      location: normalLocation(textAt(document, 'location') ?? ''),
      address_space: textsAt(properties, 'addressSpace', 'addressPrefixes'),
      dns_servers: textsAt(properties, 'dhcpOptions', 'dnsServers'),
      private_endpoint_vnet_policies: unlessUnset(before.private_endpoint_vnet_policies, textAt(properties, 'privateEndpointVNetPolicies') ?? 'Disabled', null),
      flow_timeout_in_minutes: numberAt(properties, 'flowTimeoutInMinutes'),
      bgp_community: textAt(properties, 'bgpCommunities', 'virtualNetworkCommunity'),
      edge_zone: null,
      guid: textAt(properties, 'resourceGuid'),
      subnet: objectsAt(properties, 'subnets').map(subnetState),
      tags: tagsFrom(before, objectAt(document, 'tags')),
    };
  },
});
