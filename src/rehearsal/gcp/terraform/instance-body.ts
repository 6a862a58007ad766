import type { JsonObject } from '../../engine/json.ts';
import type { WorldView } from '../../engine/world.ts';
import type { Attributes } from '../../../plugin/behaviour.ts';
import { lastName, resolveId } from '../model/names.ts';
import { regionOfZone } from '../model/places.ts';
import { imageLink } from './image-links.ts';
import { bool as flagOf, text as textOf, texts as textsOf } from '../../../plugin/attributes.ts';
import { blockOf, blocksOf, body, numberOf, textMapOf } from './values.ts';

export interface InstancePlace {
  readonly project: string;
  readonly zone: string;
}

/** The request for a new instance, from its attributes, as the provider sends it. */
export function instanceBody(view: WorldView, planned: Attributes, { project, zone }: InstancePlace): JsonObject {
  return body({
    name: textOf(planned, 'name'),
    description: textOf(planned, 'description'),
    hostname: textOf(planned, 'hostname'),
    machineType: `projects/${project}/zones/${zone}/machineTypes/${lastName(textOf(planned, 'machine_type') ?? '')}`,
    minCpuPlatform: textOf(planned, 'min_cpu_platform'),
    canIpForward: flagOf(planned, 'can_ip_forward') ?? false,
    deletionProtection: flagOf(planned, 'deletion_protection') ?? false,
    tags: { items: textsOf(planned, 'tags') },
    labels: textMapOf(planned, 'effective_labels'),
    metadata: metadataBody(planned),
    scheduling: schedulingBody(planned),
    disks: disksBody(view, planned, { project, zone }),
    networkInterfaces: blocksOf(planned, 'network_interface').map((nic) => interfaceBody(nic, project, regionOfZone(zone))),
    serviceAccounts: accountsBody(planned),
    shieldedInstanceConfig: shieldedBody(planned),
    advancedMachineFeatures: advancedBody(planned),
    resourcePolicies: textsOf(planned, 'resource_policies'),
  });
}

export const accountsBody = (planned: Attributes): readonly JsonObject[] =>
  blocksOf(planned, 'service_account').map((account) => ({ email: textOf(account, 'email') ?? 'default', scopes: textsOf(account, 'scopes').map(scope) }));

/** The scopes that people write by a short name. */
const scope = (name: string): string => (name.includes('/') ? name : `https://www.googleapis.com/auth/${name}`);

export function metadataBody(planned: Attributes): JsonObject {
  const script = textOf(planned, 'metadata_startup_script');
  const items = Object.entries(textMapOf(planned, 'metadata')).map(([key, value]) => ({ key, value }));
  return { items: script === null ? items : [...items, { key: 'startup-script', value: script }] };
}

export function schedulingBody(planned: Attributes): JsonObject | null {
  const block = blockOf(planned, 'scheduling');
  if (block === null) return null;
  const duration = blockOf(block, 'max_run_duration');
  return body({
    automaticRestart: flagOf(block, 'automatic_restart') ?? true,
    preemptible: flagOf(block, 'preemptible') ?? false,
    onHostMaintenance: textOf(block, 'on_host_maintenance'),
    provisioningModel: textOf(block, 'provisioning_model'),
    instanceTerminationAction: textOf(block, 'instance_termination_action'),
    terminationTime: textOf(block, 'termination_time'),
    maxRunDuration: duration === null ? null : { seconds: String(numberOf(duration, 'seconds') ?? 0) },
    minNodeCpus: numberOf(block, 'min_node_cpus'),
    availabilityDomain: numberOf(block, 'availability_domain'),
  });
}

export function shieldedBody(planned: Attributes): JsonObject | null {
  const block = blockOf(planned, 'shielded_instance_config');
  if (block === null) return null;
  return {
    enableSecureBoot: flagOf(block, 'enable_secure_boot') ?? false,
    enableVtpm: flagOf(block, 'enable_vtpm') ?? true,
    enableIntegrityMonitoring: flagOf(block, 'enable_integrity_monitoring') ?? true,
  };
}

export function advancedBody(planned: Attributes): JsonObject | null {
  const block = blockOf(planned, 'advanced_machine_features');
  if (block === null) return null;
  return body({ enableNestedVirtualization: flagOf(block, 'enable_nested_virtualization'), threadsPerCore: numberOf(block, 'threads_per_core') });
}

function disksBody(view: WorldView, planned: Attributes, { project, zone }: InstancePlace): readonly JsonObject[] {
  const boot = blockOf(planned, 'boot_disk') ?? {};
  const params = blockOf(boot, 'initialize_params');
  const source = textOf(boot, 'source');
  const image = params === null ? null : textOf(params, 'image');
  const type = params === null ? null : textOf(params, 'type');
  return [
    body({
      boot: true,
      autoDelete: flagOf(boot, 'auto_delete') ?? true,
      deviceName: textOf(boot, 'device_name'),
      mode: textOf(boot, 'mode') ?? 'READ_WRITE',
      interface: textOf(boot, 'interface'),
      source: source === null ? null : resolveId(source, 'disks', { project, zone }),
      initializeParams:
        source !== null || params === null
          ? null
          : body({
              sourceImage: image === null ? null : imageLink(view, project, image),
              diskType: type === null ? null : `projects/${project}/zones/${zone}/diskTypes/${lastName(type)}`,
              diskSizeGb: numberOf(params, 'size')?.toString(),
              provisionedIops: numberOf(params, 'provisioned_iops')?.toString(),
              provisionedThroughput: numberOf(params, 'provisioned_throughput')?.toString(),
              labels: textMapOf(params, 'labels'),
              resourcePolicies: textsOf(params, 'resource_policies'),
            }),
    }),
    ...blocksOf(planned, 'attached_disk').map((disk) => attachedBody(disk, { project, zone })),
    ...blocksOf(planned, 'scratch_disk').map((disk) => body({ type: 'SCRATCH', interface: textOf(disk, 'interface') })),
  ];
}

export const attachedBody = (disk: Attributes, { project, zone }: InstancePlace): JsonObject =>
  body({
    source: resolveId(textOf(disk, 'source') ?? '', 'disks', { project, zone }),
    deviceName: textOf(disk, 'device_name'),
    mode: textOf(disk, 'mode') ?? 'READ_WRITE',
  });

function interfaceBody(nic: Attributes, project: string, region: string): JsonObject {
  const network = textOf(nic, 'network');
  const subnetwork = textOf(nic, 'subnetwork');
  const subnetProject = textOf(nic, 'subnetwork_project') ?? project;
  return body({
    network: network === null ? null : resolveId(network, 'networks', { project }),
    subnetwork: subnetwork === null ? null : resolveId(subnetwork, 'subnetworks', { project: subnetProject, region }),
    networkIP: textOf(nic, 'network_ip'),
    nicType: textOf(nic, 'nic_type'),
    stackType: textOf(nic, 'stack_type'),
    accessConfigs: blocksOf(nic, 'access_config').map(accessBody),
  });
}

export const accessBody = (config: Attributes): JsonObject =>
  body({ type: 'ONE_TO_ONE_NAT', natIP: textOf(config, 'nat_ip'), networkTier: textOf(config, 'network_tier') });
