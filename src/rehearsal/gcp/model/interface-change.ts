import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction } from '../../engine/world.ts';
import { objects, text } from './fields.ts';
import { change, need } from './kept.ts';
import { interfaceFingerprint, placeOf, privateAddress, readAccessConfig } from './network-interface.ts';
import { partOf } from './names.ts';
import { pace, pending, type Pending } from './pending.ts';
import { newPublicAddress } from './public-addresses.ts';
import { badRequest, conditionNotMet, invalid, invalidUsage } from './refuse.ts';

const isStopped = (instance: SimResource): boolean => instance.machine?.state === 'stopped';

/** `addAccessConfig`: a public address for a machine that has none. */
export function addAccessConfig(tx: Transaction, id: string, body: JsonObject): Pending {
  const instance = need(tx, 'instance', id);
  const nic = objects(instance.props, 'networkInterfaces')[0];
  if (nic === undefined || objects(nic, 'accessConfigs').length > 0) throw badRequest('At most one access config currently supported.');
  const access = readAccessConfig(tx, id.split('/')[1] ?? '', instance.region ?? '', id, body, 'resource');
  const changed = change(tx, instance, { networkInterfaces: [{ ...nic, accessConfigs: [access.config] }] });
  if (changed.machine === undefined) return pending(changed, 'addAccessConfig', pace.change);
  const reachable = { ...changed, machine: { ...changed.machine, publicIp: access.ip ?? (isStopped(changed) ? null : newPublicAddress(tx, tx.newId(8))) } };
  tx.put(reachable);
  return pending(reachable, 'addAccessConfig', pace.change);
}

/** `deleteAccessConfig`: takes the public address away. */
export function deleteAccessConfig(tx: Transaction, id: string, name: string): Pending {
  const instance = need(tx, 'instance', id);
  const nic = objects(instance.props, 'networkInterfaces')[0];
  if (nic === undefined || !objects(nic, 'accessConfigs').some((config) => config.name === name)) {
    throw invalid('accessConfig', name, 'The specified access config was not found.');
  }
  const changed = change(tx, instance, { networkInterfaces: [{ ...nic, accessConfigs: [] }] });
  if (changed.machine === undefined) return pending(changed, 'deleteAccessConfig', pace.change);
  const closed = { ...changed, machine: { ...changed.machine, publicIp: null } };
  tx.put(closed);
  return pending(closed, 'deleteAccessConfig', pace.change);
}

/**
 * `updateNetworkInterface`: alias ranges and the stack type at any time, another subnetwork only on a stopped machine. What the
 * body does not name stays.
 */
export function updateInterface(tx: Transaction, id: string, body: JsonObject, name: string): Pending {
  const instance = need(tx, 'instance', id);
  const nic = objects(instance.props, 'networkInterfaces')[0];
  if (nic?.name !== name) throw invalid('networkInterface', name, 'The specified network interface was not found.');
  if (text(body, 'fingerprint') !== interfaceFingerprint(nic, instance.machine?.publicIp ?? null)) throw conditionNotMet('Invalid fingerprint.');
  const stackType = text(body, 'stackType') ?? 'IPV4_ONLY';
  if (stackType !== 'IPV4_ONLY') throw badRequest('IPv6 is not part of the rehearsal.');
  const aliases: JsonObject = 'aliasIpRanges' in body ? { aliasIpRanges: objects(body, 'aliasIpRanges') } : {};
  const moved = text(body, 'subnetwork') === null && text(body, 'network') === null ? null : movedTo(tx, instance, body);
  const changed = change(tx, instance, { networkInterfaces: [{ ...nic, ...aliases, ...moved?.nic }] });
  if (changed.machine === undefined || moved === null) return pending(changed, 'updateNetworkInterface', pace.change);
  const placed = { ...changed, machine: { ...changed.machine, privateIp: moved.privateIp } };
  tx.put(placed);
  return pending(placed, 'updateNetworkInterface', pace.change);
}

function movedTo(tx: Transaction, instance: SimResource, body: JsonObject) {
  if (!isStopped(instance)) throw invalidUsage('The network of an interface can be changed only when the instance is stopped');
  const place = placeOf(tx, partOf(instance.id, 'projects') ?? '', instance.region ?? '', body, 'resource');
  const privateIp = privateAddress(tx, place.subnetwork, text(body, 'networkIP'), 'resource');
  return { nic: { ...place, networkIP: privateIp }, privateIp };
}
