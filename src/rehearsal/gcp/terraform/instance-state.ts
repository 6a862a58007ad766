import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { WorldView } from '../../engine/world.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import { object, objects, text, textMap, texts } from '../model/fields.ts';
import { labelFingerprint } from '../model/fingerprint.ts';
import { instanceStatus, instanceView } from '../model/instance-view.ts';
import { lastName, partOf, selfLink } from '../model/names.ts';
import { readLabels } from './effective-labels.ts';
import { advanced, attachedDisk, bootDisk, inTheirOrder, networkInterface, scheduling, shielded } from './instance-blocks.ts';
import { text as textOf } from '../../../plugin/attributes.ts';
import { blocksOf, fromJson } from './values.ts';

/** The attributes of an instance as the provider reads them from the API: the instance and its boot disk. */
export function instanceAttributes(view: WorldView, instance: SimResource, prior: Attributes): Attributes {
  const seen = instanceView(view, instance);
  const disks = objects(seen, 'disks');
  const boot = disks.find((disk) => disk.boot === true);
  return {
    id: instance.id,
    name: instance.name,
    project: partOf(instance.id, 'projects'),
    zone: instance.zone,
    description: fromJson(seen, 'description'),
    hostname: fromJson(seen, 'hostname') ?? '',
    machine_type: lastName(text(seen, 'machineType') ?? ''),
    min_cpu_platform: fromJson(seen, 'minCpuPlatform') ?? '',
    cpu_platform: fromJson(seen, 'cpuPlatform') ?? 'Unknown CPU Platform',
    can_ip_forward: fromJson(seen, 'canIpForward'),
    deletion_protection: fromJson(seen, 'deletionProtection'),
    enable_display: false,
    current_status: instanceStatus(instance),
    ...(textOf(prior, 'desired_status') === null ? {} : { desired_status: instanceStatus(instance) }),
    instance_id: text(instance.props, 'id'),
    creation_timestamp: fromJson(seen, 'creationTimestamp'),
    ...metadataAttributes(instance, seen, prior),
    tags: texts(object(seen, 'tags') ?? {}, 'items'),
    tags_fingerprint: text(object(seen, 'tags') ?? {}, 'fingerprint'),
    label_fingerprint: labelFingerprint(instance.tags),
    ...readLabels(prior, instance.tags),
    resource_policies: texts(seen, 'resourcePolicies'),
    self_link: selfLink(instance.id),
    boot_disk: boot === undefined ? [] : [bootDisk(view, boot, prior)],
    attached_disk: inTheirOrder(
      disks.filter((disk) => disk !== boot).map((disk) => attachedDisk(disk)),
      blocksOf(prior, 'attached_disk'),
    ),
    scratch_disk: [],
    network_interface: objects(seen, 'networkInterfaces').map(networkInterface),
    scheduling: [scheduling(object(seen, 'scheduling') ?? {})],
    service_account: objects(seen, 'serviceAccounts').map((account) => ({ email: text(account, 'email'), scopes: texts(account, 'scopes') })),
    shielded_instance_config: [shielded(object(seen, 'shieldedInstanceConfig') ?? {})],
    confidential_instance_config: [],
    guest_accelerator: [],
    reservation_affinity: [],
    network_performance_config: [],
    advanced_machine_features: advanced(object(seen, 'advancedMachineFeatures')),
  };
}

/** A startup script that the configuration gives apart is told apart again. */
function metadataAttributes(instance: SimResource, seen: JsonObject, prior: Attributes): Attributes {
  const { 'startup-script': script, ...others } = textMap(instance.props, 'metadata');
  const apart = textOf(prior, 'metadata_startup_script') !== null;
  return {
    metadata: apart || script === undefined ? others : { ...others, 'startup-script': script },
    ...(apart ? { metadata_startup_script: script ?? '' } : {}),
    metadata_fingerprint: text(object(seen, 'metadata') ?? {}, 'fingerprint'),
  };
}
