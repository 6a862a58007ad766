import type { JsonObject } from '../../engine/json.ts';
import type { WorldView } from '../../engine/world.ts';
import type { Attributes, Value } from '../../../plugin/behaviour.ts';
import { flag, object, objects, text, texts, whole } from '../model/fields.ts';
import { find } from '../model/kept.ts';
import { lastName, partOf, relative } from '../model/names.ts';
import { diskView } from '../model/views.ts';
import { text as textOf } from '../../../plugin/attributes.ts';
import { blocksOf, fromJson } from './values.ts';

/** The boot disk as the provider reads it: the attachment and the disk itself. */
export function bootDisk(view: WorldView, attached: JsonObject, prior: Attributes): Attributes {
  const disk = find(view, 'disk', relative(text(attached, 'source') ?? ''));
  const seen = disk === null ? {} : diskView(disk);
  const size = whole(seen, 'sizeGb');
  const before = blocksOf(prior, 'boot_disk')[0];
  return {
    auto_delete: fromJson(attached, 'autoDelete'),
    device_name: fromJson(attached, 'deviceName'),
    mode: fromJson(attached, 'mode'),
    interface: before === undefined ? null : (before.interface ?? null),
    source: fromJson(attached, 'source'),
    disk_encryption_key_sha256: '',
    kms_key_self_link: '',
    guest_os_features: objects(seen, 'guestOsFeatures').map((feature) => text(feature, 'type')),
    initialize_params: [
      {
        architecture: fromJson(seen, 'architecture') ?? '',
        enable_confidential_compute: false,
        image: fromJson(seen, 'sourceImage') ?? '',
        labels: disk?.tags ?? {},
        provisioned_iops: whole(seen, 'provisionedIops') ?? 0,
        provisioned_throughput: whole(seen, 'provisionedThroughput') ?? 0,
        resource_policies: texts(seen, 'resourcePolicies'),
        resource_manager_tags: null,
        size,
        snapshot: '',
        storage_pool: '',
        type: lastName(text(seen, 'type') ?? ''),
        source_image_encryption_key: [],
        source_snapshot_encryption_key: [],
      },
    ],
  };
}

export const attachedDisk = (attached: JsonObject): Attributes => ({
  source: fromJson(attached, 'source'),
  device_name: fromJson(attached, 'deviceName'),
  mode: fromJson(attached, 'mode'),
  kms_key_self_link: '',
  disk_encryption_key_sha256: '',
});

/** Disks in the order of the configuration; others behind them. */
export function inTheirOrder(disks: readonly Attributes[], prior: readonly Attributes[]): readonly Attributes[] {
  const place = (disk: Attributes): number => {
    const at = prior.findIndex((other) => lastName(textOf(other, 'source') ?? '') === lastName(textOf(disk, 'source') ?? ''));
    return at === -1 ? prior.length : at;
  };
  return [...disks].sort((a, b) => place(a) - place(b));
}

export const networkInterface = (nic: JsonObject): Attributes => ({
  name: fromJson(nic, 'name'),
  network: fromJson(nic, 'network'),
  subnetwork: fromJson(nic, 'subnetwork'),
  subnetwork_project: partOf(text(nic, 'subnetwork') ?? '', 'projects'),
  network_ip: fromJson(nic, 'networkIP'),
  nic_type: fromJson(nic, 'nicType') ?? '',
  stack_type: fromJson(nic, 'stackType'),
  queue_count: 0,
  internal_ipv6_prefix_length: 0,
  ipv6_access_type: '',
  ipv6_address: '',
  network_attachment: '',
  access_config: objects(nic, 'accessConfigs').map((config) => ({
    nat_ip: fromJson(config, 'natIP') ?? '',
    network_tier: fromJson(config, 'networkTier'),
    public_ptr_domain_name: '',
  })),
  alias_ip_range: [],
  ipv6_access_config: [],
});

export function scheduling(seen: JsonObject): Attributes {
  const duration = object(seen, 'maxRunDuration');
  return {
    on_host_maintenance: fromJson(seen, 'onHostMaintenance'),
    automatic_restart: fromJson(seen, 'automaticRestart'),
    preemptible: fromJson(seen, 'preemptible'),
    provisioning_model: fromJson(seen, 'provisioningModel'),
    instance_termination_action: fromJson(seen, 'instanceTerminationAction') ?? '',
    termination_time: fromJson(seen, 'terminationTime') ?? '',
    availability_domain: whole(seen, 'availabilityDomain') ?? 0,
    min_node_cpus: whole(seen, 'minNodeCpus') ?? 0,
    node_affinities: [],
    local_ssd_recovery_timeout: [],
    on_instance_stop_action: [],
    max_run_duration: duration === null ? [] : [{ seconds: whole(duration, 'seconds'), nanos: 0 }],
  };
}

export const shielded = (seen: JsonObject): Attributes => ({
  enable_secure_boot: flag(seen, 'enableSecureBoot') ?? false,
  enable_vtpm: flag(seen, 'enableVtpm') ?? true,
  enable_integrity_monitoring: flag(seen, 'enableIntegrityMonitoring') ?? true,
});

export function advanced(seen: JsonObject | null): Value {
  if (seen === null) return [];
  return [
    {
      enable_nested_virtualization: flag(seen, 'enableNestedVirtualization'),
      threads_per_core: whole(seen, 'threadsPerCore') ?? 0,
      visible_core_count: 0,
      turbo_mode: '',
      performance_monitoring_unit: '',
      enable_uefi_networking: null,
    },
  ];
}
