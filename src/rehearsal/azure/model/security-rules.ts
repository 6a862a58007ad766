import type { Json, JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction } from '../../engine/world.ts';
import { lastName, parentId } from './arm-id.ts';
import { numberAt, objectAt, objectsAt, textAt } from './fields.ts';
import { find, get, idOf, propertiesOf, withProperties } from './kept.ts';
import { childNotFound, refused } from './refuse.ts';
import { checkName } from './network-names.ts';
import type { TypeRules } from './type-rules.ts';

const type = 'Microsoft.Network/networkSecurityGroups';

/** A rule as its group keeps it. */
export function ruleOf(groupIdText: string, name: string, properties: JsonObject): JsonObject {
  return { name, id: `${groupIdText}/securityRules/${name}`, properties: { ...properties, provisioningState: 'Succeeded' } };
}

function checkRule(name: string, properties: JsonObject): void {
  const invalid = (field: string, value: Json | undefined, allowed: string) =>
    refused(400, `SecurityRuleInvalid${field}`, `Security rule has invalid ${field}. Value provided: ${typeof value === 'string' || typeof value === 'number' ? value : '<null>'} Allowed values ${allowed}.`);
  checkName(name);
  const priority = numberAt(properties, 'priority');
  if (priority === null || priority < 100 || priority > 4096) {
    throw refused(400, 'SecurityRuleInvalidPriority', `Security rule has invalid Priority. Value provided: ${priority ?? '<null>'} Allowed range 100-4096.`);
  }
  const one = (field: string, allowed: readonly string[]): void => {
    const value = textAt(properties, field);
    if (value === null || !allowed.some((word) => word.toLowerCase() === value.toLowerCase())) {
      throw invalid(`${field[0]?.toUpperCase() ?? ''}${field.slice(1)}`, properties[field], allowed.join(','));
    }
  };
  one('direction', ['Inbound', 'Outbound']);
  one('access', ['Allow', 'Deny']);
  one('protocol', ['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah', '*']);
}

/** Refuses rules that the group could not have together. */
export function checkRules(rules: readonly JsonObject[]): void {
  const seen = new Map<string, string>();
  for (const rule of rules) {
    const name = textAt(rule, 'name') ?? '';
    const properties = objectAt(rule, 'properties');
    checkRule(name, properties);
    const slot = `${textAt(properties, 'direction')?.toLowerCase() ?? ''} ${numberAt(properties, 'priority') ?? 0}`;
    const other = seen.get(slot);
    if (other !== undefined) {
      throw refused(400, 'SecurityRuleConflict', `Security rule ${name} conflicts with rule ${other}. Rules cannot have the same Priority and Direction. For more information, see aka.ms/nsgrules.`);
    }
    seen.set(slot, name);
  }
}

function rulesOf(group: SimResource): readonly JsonObject[] {
  return objectsAt(propertiesOf(group), 'securityRules');
}

const named = (name: string) => (rule: JsonObject): boolean => textAt(rule, 'name')?.toLowerCase() === name.toLowerCase();

function putRules(tx: Transaction, group: SimResource, rules: readonly JsonObject[]): void {
  tx.put(withProperties(group, { ...propertiesOf(group), securityRules: rules }));
}

/** Rules by themselves. */
export const securityRules: TypeRules = {
  type: `${type}/securityRules`,
  subject: 'firewall',
  createMs: 3000,
  deleteMs: 10_000,
  has: (view, id) => {
    const group = find(view, parentId(id));
    return group !== null && rulesOf(group).some(named(lastName(id)));
  },
  put(tx, id, body) {
    const group = get(tx, parentId(id));
    const name = lastName(id);
    const rule = ruleOf(idOf(group), name, objectAt(body, 'properties'));
    checkRules([...rulesOf(group).filter((other) => !named(name)(other)), rule]);
    putRules(tx, group, [...rulesOf(group).filter((other) => !named(name)(other)), rule]);
  },
  show(view, id) {
    const rule = rulesOf(get(view, parentId(id))).find(named(lastName(id)));
    if (rule === undefined) throw childNotFound(id);
    return { ...rule, type: `${type}/securityRules` };
  },
  remove(tx, id) {
    const group = find(tx, parentId(id));
    if (group !== null) putRules(tx, group, rulesOf(group).filter((rule) => !named(lastName(id))(rule)));
  },
  list: (view) => view.list('azure', 'networkSecurityGroups').flatMap(rulesOf),
};
