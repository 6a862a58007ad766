import type { Json, JsonObject } from '../../engine/json.ts';
import type { Transaction } from '../../engine/world.ts';
import { flag, objects, text, texts, whole } from './fields.ts';
import { change, create, need } from './kept.ts';
import { parseRange } from './ip-range.ts';
import { findNetwork } from './network.ts';
import { globalId, isName, resolveId } from './names.ts';
import { pace, pending, type Pending } from './pending.ts';
import { requireProject } from './places.ts';
import { checkGlobalQuota } from './quota.ts';
import { badName, badRequest, invalid, required } from './refuse.ts';

/** `compute.firewalls.insert`. */
export function insertFirewall(tx: Transaction, project: string, body: JsonObject): Pending {
  requireProject(project);
  const name = text(body, 'name');
  if (name === null) throw required('resource.name');
  if (!isName(name)) throw badName('resource.name', name);
  const props = firewallProps(tx, project, body);
  checkGlobalQuota(tx, project, 'FIREWALLS', 1);
  const firewall = create(tx, 'firewall', globalId(project, 'firewalls', name), props);
  return pending(firewall, 'insert', pace.firewall);
}

function firewallProps(tx: Transaction, project: string, body: JsonObject): JsonObject {
  const reference = text(body, 'network') ?? 'global/networks/default';
  const network = resolveId(reference, 'networks', { project });
  if (findNetwork(tx, network) === null) throw invalid('resource.network', reference, 'The referenced network resource cannot be found.');
  const direction = text(body, 'direction') ?? 'INGRESS';
  const allowed = objects(body, 'allowed').map(rule);
  const denied = objects(body, 'denied').map(rule);
  if (allowed.length === 0 && denied.length === 0) throw badRequest('At least one of allowed and denied must be specified.');
  if (allowed.length > 0 && denied.length > 0) throw badRequest('Firewall can only have one of allowed and denied.');
  const priority = whole(body, 'priority') ?? 1000;
  if (priority < 0 || priority > 65_535) throw invalid('resource.priority', String(priority), 'Must be between 0 and 65535.');
  const given = texts(body, 'sourceRanges');
  const open = direction === 'INGRESS' && given.length === 0 && texts(body, 'sourceTags').length === 0 && texts(body, 'sourceServiceAccounts').length === 0;
  return {
    description: text(body, 'description') ?? '',
    network,
    direction,
    priority,
    disabled: flag(body, 'disabled') ?? false,
    allowed,
    denied,
    // Nobody named: everybody.
    sourceRanges: open ? ['0.0.0.0/0'] : given.map((range, at) => checkedRange(range, `resource.sourceRanges[${at}]`)),
    destinationRanges: texts(body, 'destinationRanges').map((range, at) => checkedRange(range, `resource.destinationRanges[${at}]`)),
    sourceTags: texts(body, 'sourceTags').map((tag, at) => checkedTag(tag, `resource.sourceTags[${at}]`)),
    targetTags: texts(body, 'targetTags').map((tag, at) => checkedTag(tag, `resource.targetTags[${at}]`)),
    sourceServiceAccounts: texts(body, 'sourceServiceAccounts'),
    targetServiceAccounts: texts(body, 'targetServiceAccounts'),
    logConfig: (body.logConfig ?? { enable: false }) satisfies Json,
  };
}

function rule(entry: JsonObject): JsonObject {
  const protocol = text(entry, 'IPProtocol');
  if (protocol === null) throw required('resource.allowed[0].IPProtocol');
  const ports = texts(entry, 'ports');
  for (const port of ports) {
    if (!/^\d{1,5}(?:-\d{1,5})?$/.test(port) || port.split('-').some((bound) => Number(bound) > 65_535)) {
      throw invalid('resource.allowed[0].ports[0]', port, 'Invalid port or port-range.');
    }
  }
  return { IPProtocol: protocol.toLowerCase(), ...(ports.length === 0 ? {} : { ports }) };
}

function checkedRange(range: string, field: string): string {
  const cidr = /^[\d.]+$/.test(range) ? `${range}/32` : range;
  if (!range.includes(':') && parseRange(cidr) === null) throw invalid(field, range, 'Must be a valid CIDR address range.');
  return cidr;
}

function checkedTag(tag: string, field: string): string {
  if (!isName(tag)) throw badName(field, tag);
  return tag;
}

/** `compute.firewalls.patch`: what the body does not name stays. */
export function patchFirewall(tx: Transaction, id: string, body: JsonObject): Pending {
  const firewall = need(tx, 'firewall', id);
  const project = id.split('/')[1] ?? '';
  return pending(change(tx, firewall, firewallProps(tx, project, { ...firewall.props, ...body })), 'compute.firewalls.patch', pace.firewall);
}

/** `compute.firewalls.update`: what the body does not name goes back to its default. */
export function updateFirewall(tx: Transaction, id: string, body: JsonObject): Pending {
  const firewall = need(tx, 'firewall', id);
  return pending(change(tx, firewall, firewallProps(tx, id.split('/')[1] ?? '', body)), 'compute.firewalls.update', pace.firewall);
}

/** `compute.firewalls.delete`. */
export function deleteFirewall(tx: Transaction, id: string): Pending {
  const firewall = need(tx, 'firewall', id);
  tx.remove('gcp', id);
  return pending(firewall, 'delete', pace.firewall);
}
