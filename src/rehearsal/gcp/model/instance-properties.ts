import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { Transaction } from '../../engine/world.ts';
import { flag, object, objects, text, texts } from './fields.ts';
import { fingerprintOf } from './fingerprint.ts';
import { change, need } from './kept.ts';
import { pace, pending, type Pending } from './pending.ts';
import { badRequest, conditionNotMet, invalidUsage } from './refuse.ts';

/** What `instances.update` asks back: it changes with every property of the instance. */
export const instanceFingerprint = (instance: SimResource): string => fingerprintOf(instance.props);

/** `instances.update` (PUT): the whole instance comes back, and what it leaves out is empty. Other properties have calls of their own. */
export function updateProperties(tx: Transaction, id: string, body: JsonObject): Pending {
  const instance = need(tx, 'instance', id);
  if (text(body, 'fingerprint') !== instanceFingerprint(instance)) throw conditionNotMet('Invalid fingerprint.');
  const features = object(body, 'advancedMachineFeatures');
  const changesFeatures = fingerprintOf(features) !== fingerprintOf(object(instance.props, 'advancedMachineFeatures'));
  if (changesFeatures && !isStopped(instance)) throw invalidUsage('Advanced machine features can be changed only when the instance is stopped');
  const changed = { description: text(body, 'description') ?? '', canIpForward: flag(body, 'canIpForward') ?? false, advancedMachineFeatures: features };
  return pending(change(tx, instance, changed), 'update', pace.change);
}

const isStopped = (instance: SimResource): boolean => instance.machine?.state === 'stopped';

/** A property that only a stopped machine lets itself be given. */
function onStopped(tx: Transaction, id: string, method: string, what: string, props: JsonObject): Pending {
  const instance = need(tx, 'instance', id);
  if (!isStopped(instance)) throw invalidUsage(`${what} can be changed only when the instance is stopped`);
  return pending(change(tx, instance, props), method, pace.change);
}

/** `setMinCpuPlatform`. */
export const setMinCpuPlatform = (tx: Transaction, id: string, body: JsonObject): Pending =>
  onStopped(tx, id, 'setMinCpuPlatform', 'Minimum CPU platform', { minCpuPlatform: text(body, 'minCpuPlatform') });

/** `setServiceAccount`: without an e-mail, none. */
export function setServiceAccount(tx: Transaction, id: string, body: JsonObject): Pending {
  const email = text(body, 'email');
  return onStopped(tx, id, 'setServiceAccount', 'Service account', { serviceAccounts: email === null ? [] : [{ email, scopes: texts(body, 'scopes') }] });
}

/** `updateDisplayDevice`. */
export const updateDisplay = (tx: Transaction, id: string, body: JsonObject): Pending =>
  onStopped(tx, id, 'updateDisplayDevice', 'Display device', { enableDisplay: flag(body, 'enableDisplay') ?? false });

/** `addResourcePolicies` and `removeResourcePolicies`; one at most. */
export function changePolicies(tx: Transaction, id: string, body: JsonObject, method: 'addResourcePolicies' | 'removeResourcePolicies'): Pending {
  const instance = need(tx, 'instance', id);
  const before = texts(instance.props, 'resourcePolicies');
  const given = texts(body, 'resourcePolicies');
  const after = method === 'addResourcePolicies' ? [...new Set([...before, ...given])] : before.filter((policy) => !given.includes(policy));
  if (after.length > 1) throw badRequest('An instance can have at most one resource policy of a kind.');
  return pending(change(tx, instance, { resourcePolicies: after }), method, pace.change);
}

/** `startWithEncryptionKey`'s disks, of which none here has a key of the caller's. */
export function refuseDiskKeys(body: JsonObject): void {
  if (objects(body, 'disks').length > 0) throw badRequest('Disks with keys of their own are not part of the rehearsal.');
}
