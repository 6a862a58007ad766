import type { JsonObject } from '../../engine/json.ts';
import type { Attributes, Value } from '../../../plugin/behaviour.ts';
import { isTrueAt, objectAt, objectsAt, present, textAt, textsAt } from '../model/fields.ts';
import { normalLocation } from '../model/locations.ts';
import { armResource } from './arm-resource.ts';
import { oneOf } from './validation.ts';
import { bool as flag, text, texts } from '../../../plugin/attributes.ts';
import { blocks, required, tags, tagsFrom } from './values.ts';

function configurationBody(configuration: Attributes, current: JsonObject | undefined): JsonObject {
  const subnet = text(configuration, 'subnet_id');
  const address = text(configuration, 'public_ip_address_id');
  return {
    name: required(configuration, 'name'),
    properties: present({
      // What load balancers and the like have bound to it.
      applicationSecurityGroups: objectAt(current, 'properties').applicationSecurityGroups,
      privateIPAllocationMethod: text(configuration, 'private_ip_address_allocation'),
      privateIPAddressVersion: text(configuration, 'private_ip_address_version') ?? 'IPv4',
      privateIPAddress: text(configuration, 'private_ip_address_allocation') === 'Static' ? text(configuration, 'private_ip_address') : undefined,
      primary: flag(configuration, 'primary') ?? undefined,
      subnet: subnet === null ? undefined : { id: subnet },
      publicIPAddress: address === null ? undefined : { id: address },
    }),
  };
}

function configurationState({ name, properties }: JsonObject): Value {
  return {
    name: typeof name === 'string' ? name : null,
    subnet_id: textAt(properties, 'subnet', 'id'),
    private_ip_address: textAt(properties, 'privateIPAddress'),
    private_ip_address_version: textAt(properties, 'privateIPAddressVersion'),
    private_ip_address_allocation: textAt(properties, 'privateIPAllocationMethod'),
    public_ip_address_id: textAt(properties, 'publicIPAddress', 'id'),
    primary: isTrueAt(properties, 'primary'),
    gateway_load_balancer_frontend_ip_configuration_id: '',
  };
}

export const networkInterface = armResource({
  type: 'azurerm_network_interface',
  armType: 'Microsoft.Network/networkInterfaces',
  title: 'Network Interface',
  fields: ['Network Interface Name'],
  defaults: { accelerated_networking_enabled: false, ip_forwarding_enabled: false, 'ip_configuration.private_ip_address_version': 'IPv4' },
  validate: (config) =>
    blocks(config, 'ip_configuration').flatMap((configuration, index) => [
      ...oneOf(configuration, 'private_ip_address_allocation', ['Dynamic', 'Static'], ['ip_configuration', index]),
      ...oneOf(configuration, 'private_ip_address_version', ['IPv4', 'IPv6'], ['ip_configuration', index]),
    ]),
  body(planned, current) {
    const now = objectsAt(current ?? {}, 'properties', 'ipConfigurations');
    const dnsServers = texts(planned, 'dns_servers');
    const label = text(planned, 'internal_dns_name_label');
    return {
      location: normalLocation(required(planned, 'location')),
      tags: tags(planned),
      properties: present({
        enableIPForwarding: flag(planned, 'ip_forwarding_enabled') ?? false,
        enableAcceleratedNetworking: flag(planned, 'accelerated_networking_enabled') ?? false,
        dnsSettings: dnsServers.length === 0 && label === null ? undefined : present({ dnsServers, internalDnsNameLabel: label }),
        ipConfigurations: blocks(planned, 'ip_configuration').map((configuration) => configurationBody(configuration, now.find((one) => textAt(one, 'name') === text(configuration, 'name')))),
        // Another resource's: the PUT says all of the interface.
        networkSecurityGroup: objectAt(current ?? {}, 'properties').networkSecurityGroup,
      }),
    };
  },
  state(document, before) {
    const properties = objectAt(document, 'properties');
    const configurations = objectsAt(properties, 'ipConfigurations');
    const addresses = configurations.map((one) => textAt(one, 'properties', 'privateIPAddress')).filter((address) => address !== null);
    const dnsServers = textsAt(properties, 'dnsSettings', 'dnsServers');
    return {
      location: normalLocation(textAt(document, 'location') ?? ''),
      accelerated_networking_enabled: isTrueAt(properties, 'enableAcceleratedNetworking'),
      ip_forwarding_enabled: isTrueAt(properties, 'enableIPForwarding'),
      applied_dns_servers: textsAt(properties, 'dnsSettings', 'appliedDnsServers'),
      dns_servers: dnsServers.length === 0 ? null : dnsServers,
      internal_dns_name_label: textAt(properties, 'dnsSettings', 'internalDnsNameLabel'),
      internal_domain_name_suffix: textAt(properties, 'dnsSettings', 'internalDomainNameSuffix') ?? '',
      auxiliary_mode: null,
      auxiliary_sku: null,
      edge_zone: null,
      mac_address: textAt(properties, 'macAddress') ?? '',
      private_ip_address: addresses[0] ?? '',
      private_ip_addresses: addresses,
      virtual_machine_id: textAt(properties, 'virtualMachine', 'id') ?? '',
      ip_configuration: configurations.map(configurationState),
      tags: tagsFrom(before, objectAt(document, 'tags')),
    };
  },
});
