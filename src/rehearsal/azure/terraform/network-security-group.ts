import type { Json, JsonObject } from '../../engine/json.ts';
import type { Attributes, Value } from '../../../plugin/behaviour.ts';
import { numberAt, objectAt, objectsAt, present, textAt, textsAt } from '../model/fields.ts';
import { normalLocation } from '../model/locations.ts';
import { armResource } from './arm-resource.ts';
import { between, oneOf } from './validation.ts';
import { isAttributes, list, number, text, texts } from '../../../plugin/attributes.ts';
import { required, tags, tagsFrom } from './values.ts';

const singles = { source_port_range: 'sourcePortRange', destination_port_range: 'destinationPortRange', source_address_prefix: 'sourceAddressPrefix', destination_address_prefix: 'destinationAddressPrefix' } as const;
const several = { source_port_ranges: 'sourcePortRanges', destination_port_ranges: 'destinationPortRanges', source_address_prefixes: 'sourceAddressPrefixes', destination_address_prefixes: 'destinationAddressPrefixes' } as const;

function ruleProperties(rule: Attributes): JsonObject {
  const members: Record<string, Json | undefined> = {
    description: text(rule, 'description'),
    protocol: text(rule, 'protocol'),
    access: text(rule, 'access'),
    direction: text(rule, 'direction'),
    priority: number(rule, 'priority'),
  };
  for (const [name, field] of Object.entries(singles)) members[field] = text(rule, name);
  for (const [name, field] of Object.entries(several)) if (texts(rule, name).length > 0) members[field] = texts(rule, name);
  return present(members);
}

/** `empty`: what stands for nothing said, '' within a group, null in a resource of its own. */
function ruleState(properties: JsonObject, empty: '' | null): Record<string, Value> {
  const state: Record<string, Value> = {
    description: textAt(properties, 'description') ?? empty,
    protocol: textAt(properties, 'protocol'),
    access: textAt(properties, 'access'),
    direction: textAt(properties, 'direction'),
    priority: numberAt(properties, 'priority'),
  };
  for (const [name, field] of Object.entries(singles)) state[name] = textAt(properties, field) ?? empty;
  for (const [name, field] of Object.entries(several)) {
    const values = textsAt(properties, field);
    state[name] = values.length === 0 && empty === null ? null : values;
  }
  return { ...state, source_application_security_group_ids: empty === null ? null : [], destination_application_security_group_ids: empty === null ? null : [] };
}

/** Rules within the group, or beside it: where the configuration names none, those beside it stay. */
export const networkSecurityGroup = armResource({
  type: 'azurerm_network_security_group',
  armType: 'Microsoft.Network/networkSecurityGroups',
  title: 'Network Security Group',
  fields: ['Network Security Group Name'],
  body(planned, current) {
    const inline = list(planned, 'security_rule').filter(isAttributes);
    const rules = inline.length > 0 || current === null ? inline.map((rule) => ({ name: required(rule, 'name'), properties: ruleProperties(rule) })) : objectsAt(current, 'properties', 'securityRules');
    return { location: normalLocation(required(planned, 'location')), tags: tags(planned), properties: { securityRules: rules } };
  },
  state: (document, before) => ({
    location: normalLocation(textAt(document, 'location') ?? ''),
    security_rule: objectsAt(document, 'properties', 'securityRules').map((rule) => ({ name: textAt(rule, 'name'), ...ruleState(objectAt(rule, 'properties'), '') })),
    tags: tagsFrom(before, objectAt(document, 'tags')),
  }),
});

export const networkSecurityRule = armResource({
  type: 'azurerm_network_security_rule',
  armType: 'Microsoft.Network/networkSecurityGroups/securityRules',
  title: 'Security Rule',
  nameFrom: ['network_security_group_name', 'name'],
  fields: ['Network Security Group Name', 'Security Rule Name'],
  validate: (config) => [
    ...oneOf(config, 'protocol', ['*', 'Tcp', 'Udp', 'Icmp', 'Ah', 'Esp']),
    ...oneOf(config, 'access', ['Allow', 'Deny']),
    ...oneOf(config, 'direction', ['Inbound', 'Outbound']),
    ...between(config, 'priority', 100, 4096),
  ],
  body: (planned) => ({ properties: ruleProperties(planned) }),
  state: (document) => ruleState(objectAt(document, 'properties'), null),
});
