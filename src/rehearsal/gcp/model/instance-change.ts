import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction } from '../../engine/world.ts';
import { flag, object, objects, text, textMap, texts } from './fields.ts';
import { fingerprintOf } from './fingerprint.ts';
import { neededType } from './instance-insert.ts';
import { change, need } from './kept.ts';
import { cpuPlatformOf } from './machine-type.ts';
import { authorizedKeysOf, readMetadata, userDataOf } from './metadata.ts';
import { zonalId } from './names.ts';
import { pace, pending, type Pending } from './pending.ts';
import { conditionNotMet, invalid, invalidUsage } from './refuse.ts';
import { deadlineOf, readScheduling } from './scheduling.ts';
import { readTags } from './tags.ts';

/** `setMetadata`: replaces all items; the guest agent takes over new SSH keys within seconds. */
export function setMetadata(tx: Transaction, id: string, body: JsonObject): Pending {
  const instance = need(tx, 'instance', id);
  if (text(body, 'fingerprint') !== fingerprintOf(textMap(instance.props, 'metadata'))) {
    throw conditionNotMet('Supplied fingerprint does not match current metadata fingerprint.');
  }
  const metadata = readMetadata(body, 'metadata');
  const changed = change(tx, instance, { metadata });
  if (changed.machine === undefined) return pending(changed, 'setMetadata', pace.change);
  // What is to be run is read at the next boot.
  const machine = { ...changed.machine, authorizedKeys: authorizedKeysOf(metadata), userData: userDataOf(metadata, changed.machine.system) };
  const withKeys = { ...changed, machine };
  tx.put(withKeys);
  return pending(withKeys, 'setMetadata', pace.change);
}

/** `setTags`. */
export function setTags(tx: Transaction, id: string, body: JsonObject): Pending {
  const instance = need(tx, 'instance', id);
  if (text(body, 'fingerprint') !== fingerprintOf(texts(instance.props, 'tags'))) {
    throw conditionNotMet('Supplied fingerprint does not match current tags fingerprint.');
  }
  return pending(change(tx, instance, { tags: readTags(body, 'tags') }), 'setTags', pace.change);
}

const isStopped = (instance: SimResource): boolean => instance.machine?.state === 'stopped';

/** `setScheduling`: what the body does not name goes back to its default. A deadline changes only on a stopped machine. */
export function setScheduling(tx: Transaction, id: string, body: JsonObject): Pending {
  const instance = need(tx, 'instance', id);
  const before = object(instance.props, 'scheduling') ?? {};
  const scheduling = readScheduling(body, tx.nowMs, 'scheduling');
  for (const fixed of ['preemptible', 'provisioningModel'] as const) {
    if (scheduling[fixed] !== before[fixed]) throw invalid(`scheduling.${fixed}`, JSON.stringify(scheduling[fixed]), 'The scheduling of an instance cannot be changed to another provisioning model.');
  }
  const limits = (of: JsonObject): string => JSON.stringify([of.maxRunDuration ?? null, of.terminationTime ?? null]);
  if (limits(scheduling) !== limits(before) && !isStopped(instance)) {
    throw invalidUsage('The run duration of an instance can only be changed while the instance is stopped');
  }
  const changed = change(tx, instance, { scheduling });
  if (changed.machine === undefined) return pending(changed, 'setScheduling', pace.change);
  const withDeadline = { ...changed, machine: { ...changed.machine, deadline: deadlineOf(scheduling, tx.nowMs) } };
  tx.put(withDeadline);
  return pending(withDeadline, 'setScheduling', pace.change);
}

/** `setMachineType`: only on a stopped machine. */
export function setMachineType(tx: Transaction, id: string, body: JsonObject): Pending {
  const instance = need(tx, 'instance', id);
  const zone = instance.zone ?? '';
  const type = neededType(tx, zone, text(body, 'machineType'));
  if (!isStopped(instance)) throw invalidUsage('Machine type can be changed only when the instance is stopped');
  const changed = change(tx, instance, { machineType: zonalId(id.split('/')[1] ?? '', zone, 'machineTypes', type.type), cpuPlatform: cpuPlatformOf(type.type) });
  if (changed.machine === undefined) return pending(changed, 'setMachineType', pace.change);
  const resized = { ...changed, machine: { ...changed.machine, vcpu: type.vcpu, memoryGb: type.memoryGb } };
  tx.put(resized);
  return pending(resized, 'setMachineType', pace.change);
}

/** `setDiskAutoDelete`. */
export function setDiskAutoDelete(tx: Transaction, id: string, deviceName: string, autoDelete: boolean): Pending {
  const instance = need(tx, 'instance', id);
  const disks = objects(instance.props, 'disks');
  if (!disks.some((disk) => disk.deviceName === deviceName)) throw invalid('deviceName', deviceName, `No attached disk found with device name '${deviceName}'`);
  return pending(change(tx, instance, { disks: disks.map((disk) => (disk.deviceName === deviceName ? { ...disk, autoDelete } : disk)) }), 'setDiskAutoDelete', pace.change);
}

/** `setDeletionProtection`. */
export const setDeletionProtection = (tx: Transaction, id: string, protect: boolean): Pending =>
  pending(change(tx, need(tx, 'instance', id), { deletionProtection: protect }), 'setDeletionProtection', pace.change);

/** `updateShieldedInstanceConfig`: only on a stopped machine, except for integrity monitoring's policy. */
export function updateShielded(tx: Transaction, id: string, body: JsonObject): Pending {
  const instance = need(tx, 'instance', id);
  if (!isStopped(instance)) throw invalidUsage('Shielded VM options can be changed only when the instance is stopped');
  const before = object(instance.props, 'shieldedInstanceConfig') ?? {};
  const given = Object.fromEntries(['enableSecureBoot', 'enableVtpm', 'enableIntegrityMonitoring'].flatMap((key) => (flag(body, key) === null ? [] : [[key, flag(body, key)]])));
  return pending(change(tx, instance, { shieldedInstanceConfig: { ...before, ...given } }), 'updateShieldedInstanceConfig', pace.change);
}
