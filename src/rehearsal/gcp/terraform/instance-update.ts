import type { JsonObject } from '../../engine/json.ts';
import type { Transaction } from '../../engine/world.ts';
import { type Attributes, unknown } from '../../../plugin/behaviour.ts';
import type { ProviderContext } from '../../provider/behaviour.ts';
import { attachDisk, detachDisk } from '../model/attach-disk.ts';
import { computeCall } from '../model/calls.ts';
import { objects, text, textMap, texts } from '../model/fields.ts';
import { fingerprintOf, labelFingerprint } from '../model/fingerprint.ts';
import { setDeletionProtection, setDiskAutoDelete, setMachineType, setMetadata, setScheduling, setTags, updateShielded } from '../model/instance-change.ts';
import { startInstance, stopInstance } from '../model/instance-life.ts';
import { instanceFingerprint, setMinCpuPlatform, setServiceAccount, updateProperties } from '../model/instance-properties.ts';
import { addAccessConfig, deleteAccessConfig } from '../model/interface-change.ts';
import { find, need } from '../model/kept.ts';
import { lastName, partOf } from '../model/names.ts';
import type { Pending } from '../model/pending.ts';
import { setLabels } from '../model/set-labels.ts';
import { change, timeoutMs } from './compute-client.ts';
import { sameMap } from './effective-labels.ts';
import { providerError } from './errors.ts';
import { accessBody, accountsBody, advancedBody, attachedBody, metadataBody, schedulingBody, shieldedBody } from './instance-body.ts';
import { same } from './settle.ts';
import { bool as flagOf, text as textOf, texts as textsOf } from '../../../plugin/attributes.ts';
import { blocksOf, textMapOf } from './values.ts';

const mustStop =
  'Changing the machine_type, min_cpu_platform, service_account, enable_display, shielded_instance_config, scheduling.node_affinities or network_interface.[#d].(network/subnetwork/subnetwork_project) or advanced_machine_features on a started instance requires stopping it. To acknowledge this, please set allow_stopping_for_update = true in your config. You can also stop it by setting desired_status = "TERMINATED", but the instance will not be restarted after the update.';

/** Changes an instance in place, call by call, in the provider's order. Rejects with a ProviderError. */
export async function updateInstance(context: ProviderContext, prior: Attributes, planned: Attributes): Promise<void> {
  const id = textOf(prior, 'id') ?? '';
  const changed = (name: string): boolean => !same(name, prior[name] ?? null, planned[name] ?? null);
  const step = async (method: string, creating: string, activity: string, work: (tx: Transaction) => Pending): Promise<void> => {
    await change(context, computeCall(context.caller, 'instances', method, id), work, {
      wording: { creating, waiting: `Error waiting for ${activity}` },
      request: { method: 'Post', path: `${id}/${method}` },
      timeoutMs: timeoutMs(planned, 'update'),
    });
  };
  if (changed('metadata') || changed('metadata_startup_script')) {
    await step('setMetadata', 'Error updating metadata', 'metadata to update', (tx) =>
      setMetadata(tx, id, { ...metadataBody(planned), fingerprint: fingerprintOf(textMap(need(tx, 'instance', id).props, 'metadata')) }),
    );
  }
  if (changed('tags')) {
    await step('setTags', 'Error updating tags', 'tags to update', (tx) =>
      setTags(tx, id, { items: textsOf(planned, 'tags'), fingerprint: fingerprintOf(texts(need(tx, 'instance', id).props, 'tags')) }),
    );
  }
  const labels = textMapOf(planned, 'effective_labels');
  if (!sameMap(labels, textMapOf(prior, 'effective_labels'))) {
    await step('setLabels', 'Error updating labels', 'labels to update', (tx) =>
      setLabels(tx, 'instance', id, { labels, labelFingerprint: labelFingerprint(need(tx, 'instance', id).tags) }),
    );
  }
  if (changed('scheduling') && blocksOf(planned, 'scheduling').length > 0) {
    await step('setScheduling', 'Error updating scheduling policy', 'scheduling policy update', (tx) => setScheduling(tx, id, schedulingBody(planned) ?? {}));
  }
  if (changed('network_interface')) await updateAccess(id, prior, planned, step);
  if (changed('attached_disk')) await updateDisks(id, prior, planned, step);
  if (changed('deletion_protection')) {
    await step('setDeletionProtection', 'Error updating deletion protection flag', 'deletion protection to update', (tx) =>
      setDeletionProtection(tx, id, flagOf(planned, 'deletion_protection') ?? false),
    );
  }
  if (changed('description') || changed('can_ip_forward')) {
    await step('update', 'Error updating instance', 'can_ip_forward, updating', (tx) =>
      updateProperties(tx, id, propertiesBody(tx, id, planned)),
    );
  }
  await updateBootDisk(id, prior, planned, step);
  await updateStopped(context, id, prior, planned, changed, step);
}

/** As the provider sends it: the instance as it has read it, with what changes. */
const propertiesBody = (tx: Transaction, id: string, planned: Attributes, more: JsonObject = {}): JsonObject => {
  const instance = need(tx, 'instance', id);
  const { description, canIpForward, advancedMachineFeatures } = instance.props;
  const given = { description: textOf(planned, 'description') ?? description ?? '', canIpForward: flagOf(planned, 'can_ip_forward') ?? canIpForward ?? false };
  return { ...given, advancedMachineFeatures: advancedMachineFeatures ?? null, fingerprint: instanceFingerprint(instance), ...more };
};

type Step = (method: string, creating: string, activity: string, work: (tx: Transaction) => Pending) => Promise<void>;

async function updateBootDisk(id: string, prior: Attributes, planned: Attributes, step: Step): Promise<void> {
  const [before, after] = [prior, planned].map((attributes) => flagOf(blocksOf(attributes, 'boot_disk')[0] ?? {}, 'auto_delete') ?? true);
  if (before === after) return;
  await step('setDiskAutoDelete', 'Error changing auto_delete', 'boot disk auto_delete to update', (tx) =>
    setDiskAutoDelete(tx, id, textOf(blocksOf(prior, 'boot_disk')[0] ?? {}, 'device_name') ?? '', after ?? true),
  );
}

/** Other addresses: the old access config goes, the new one comes. */
async function updateAccess(id: string, prior: Attributes, planned: Attributes, step: Step): Promise<void> {
  const [before, after] = [prior, planned].map((attributes) => blocksOf(blocksOf(attributes, 'network_interface')[0] ?? {}, 'access_config'));
  if (before === undefined || after === undefined || sameAccess(before, after)) return;
  if (before.length > 0) {
    await step('deleteAccessConfig', 'Error deleting old access_config', 'old access_config to delete', (tx) => {
      const nic = objects(need(tx, 'instance', id).props, 'networkInterfaces')[0] ?? {};
      return deleteAccessConfig(tx, id, text(objects(nic, 'accessConfigs')[0] ?? {}, 'name') ?? '');
    });
  }
  const [config] = after;
  if (config !== undefined) await step('addAccessConfig', 'Error adding new access_config', 'new access_config to add', (tx) => addAccessConfig(tx, id, accessBody(config)));
}

/** An address that is known only after apply is no change: a restart brings it. */
const sameAccess = (before: readonly Attributes[], after: readonly Attributes[]): boolean =>
  before.length === after.length &&
  after.every((config, at) => ['nat_ip', 'network_tier'].every((name) => config[name] === unknown || same(name, before[at]?.[name] ?? null, config[name] ?? null)));

async function updateDisks(id: string, prior: Attributes, planned: Attributes, step: Step): Promise<void> {
  const [before, after] = [blocksOf(prior, 'attached_disk'), blocksOf(planned, 'attached_disk')];
  const place = { project: partOf(id, 'projects') ?? '', zone: partOf(id, 'zones') ?? '' };
  for (const disk of before.filter((old) => !after.some((now) => same('attached_disk', old, now)))) {
    await step('detachDisk', 'Error detaching disk', 'detaching disk', (tx) => {
      const source = lastName(textOf(disk, 'source') ?? '');
      const attached = objects(need(tx, 'instance', id).props, 'disks').find((entry) => lastName(text(entry, 'source') ?? '') === source);
      return detachDisk(tx, id, text(attached ?? {}, 'deviceName') ?? source);
    });
  }
  for (const disk of after.filter((now) => !before.some((old) => same('attached_disk', old, now)))) {
    await step('attachDisk', 'Error attaching disk ', 'attaching disk', (tx) => attachDisk(tx, id, attachedBody(disk, place)));
  }
}

/** What needs a stopped machine, and the status that is wished for. */
async function updateStopped(context: ProviderContext, id: string, prior: Attributes, planned: Attributes, changed: (name: string) => boolean, step: Step): Promise<void> {
  const needsStop = ['machine_type', 'min_cpu_platform', 'service_account', 'shielded_instance_config', 'advanced_machine_features'].some(changed);
  const wished = textOf(planned, 'desired_status');
  const stop = (): Promise<void> => step('stop', 'Error stopping instance', 'stopping instance', (tx) => stopInstance(tx, id));
  const start = (): Promise<void> => step('start', 'Error starting instance', 'starting instance', (tx) => startInstance(tx, id));
  if (!needsStop) {
    if (wished !== null && textOf(prior, 'desired_status') !== wished) await (wished === 'RUNNING' ? start() : stop());
    return;
  }
  const wasRunning = await context.world.read((view) => find(view, 'instance', id)?.machine?.state === 'running');
  if (wasRunning && wished !== 'TERMINATED' && flagOf(planned, 'allow_stopping_for_update') !== true) throw providerError(mustStop);
  if (wasRunning) await stop();
  if (changed('machine_type')) {
    const machineType = lastName(textOf(planned, 'machine_type') ?? '');
    await step('setMachineType', 'Error updating machine type', 'updating machinetype', (tx) => setMachineType(tx, id, { machineType }));
  }
  if (changed('min_cpu_platform')) {
    await step('setMinCpuPlatform', 'Error updating min cpu platform', 'updating min cpu platform', (tx) => setMinCpuPlatform(tx, id, { minCpuPlatform: textOf(planned, 'min_cpu_platform') ?? '' }));
  }
  if (changed('service_account')) {
    await step('setServiceAccount', 'Error updating service account', 'updating service account', (tx) => setServiceAccount(tx, id, accountsBody(planned)[0] ?? {}));
  }
  if (changed('shielded_instance_config')) {
    await step('updateShieldedInstanceConfig', 'Error updating shielded instance config', 'shielded vm config update', (tx) => updateShielded(tx, id, shieldedBody(planned) ?? {}));
  }
  if (changed('advanced_machine_features')) {
    await step('update', 'Error updating instance', 'advanced_machine_features to update', (tx) => updateProperties(tx, id, propertiesBody(tx, id, planned, { advancedMachineFeatures: advancedBody(planned) })));
  }
  if (wished === 'RUNNING' || (wasRunning && wished !== 'TERMINATED')) await start();
}
