import * as z from 'zod';
import { blocks, type Config } from './provider-bodies.ts';
import { type Json, lastOf } from './provider-http.ts';

// What hashicorp/google makes of the API's answers, after its source. Fields that it reads without looking whether they are
// there are required here: without them the provider crashes.

const link = z.string().startsWith('https://www.googleapis.com/compute/v1/projects/');
const path = (url: string): string => url.replace('https://www.googleapis.com/compute/v1/', '');
const int64 = z.string().regex(/^\d{1,19}$/).transform(Number);

const instance = z.looseObject({
  id: z.string().regex(/^\d{1,19}$/),
  name: z.string(),
  selfLink: link,
  zone: link,
  status: z.string(),
  machineType: link,
  cpuPlatform: z.string(),
  creationTimestamp: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  labelFingerprint: z.string(),
  fingerprint: z.string(),
  tags: z.object({ fingerprint: z.string(), items: z.array(z.string()).default([]) }),
  metadata: z.object({ fingerprint: z.string(), items: z.array(z.object({ key: z.string(), value: z.string() })).default([]) }),
  canIpForward: z.boolean(),
  deletionProtection: z.boolean(),
  disks: z.array(z.looseObject({ boot: z.boolean(), autoDelete: z.boolean(), deviceName: z.string(), mode: z.string(), source: link, type: z.string(), diskSizeGb: int64 })).min(1),
  networkInterfaces: z
    .array(
      z.looseObject({
        name: z.string(),
        network: link,
        subnetwork: link,
        networkIP: z.string(),
        stackType: z.literal('IPV4_ONLY'),
        fingerprint: z.string(),
        accessConfigs: z.array(z.object({ name: z.string(), type: z.string(), natIP: z.string().optional(), networkTier: z.literal('PREMIUM') }).loose()).default([]),
      }),
    )
    .length(1),
  scheduling: z.looseObject({
    automaticRestart: z.boolean(),
    preemptible: z.boolean(),
    onHostMaintenance: z.string(),
    provisioningModel: z.string(),
    instanceTerminationAction: z.string().optional(),
    terminationTime: z.string().optional(),
  }),
  serviceAccounts: z.array(z.unknown()).default([]),
  shieldedInstanceConfig: z.object({ enableSecureBoot: z.boolean(), enableVtpm: z.boolean(), enableIntegrityMonitoring: z.boolean() }),
});
export type Instance = z.output<typeof instance>;
export const readInstance = (answer: Json): Instance => instance.parse(answer);

const disk = z.looseObject({
  name: z.string(),
  selfLink: link,
  type: link,
  sourceImage: link,
  sizeGb: int64,
  labels: z.record(z.string(), z.string()).default({}),
  architecture: z.enum(['X86_64', 'ARM64']),
  zone: link,
  provisionedIops: int64.default(0),
  provisionedThroughput: int64.default(0),
});
export const readDisk = (answer: Json) => disk.parse(answer);

/**
 * Paths at which the state after a read differs from the configuration, so that Terraform would plan a change. What the provider
 * ignores or computes is not among them; what labtui tells Terraform to ignore is.
 */
export function instanceDrift(config: Config, found: Instance, boot: ReturnType<typeof readDisk>, effectiveLabels: Json): readonly string[] {
  const [wanted = {}] = blocks(config.boot_disk);
  const [params = {}] = blocks(wanted.initialize_params);
  const [nic = {}] = blocks(config.network_interface);
  const [scheduling] = blocks(config.scheduling);
  const [shielded] = blocks(config.shielded_instance_config);
  const [disk] = found.disks;
  const [seen] = found.networkInterfaces;
  const pairs: readonly (readonly [path: string, state: unknown, config: unknown])[] = [
    ['name', found.name, config.name],
    ['machine_type', lastOf(found.machineType), config.machine_type],
    ['tags', [...found.tags.items].sort(), [...(Array.isArray(config.tags) ? config.tags : [])].sort()],
    ['effective_labels', found.labels, effectiveLabels],
    ['metadata', Object.fromEntries(found.metadata.items.map(({ key, value }) => [key, value])), config.metadata],
    ['can_ip_forward', found.canIpForward, false],
    ['deletion_protection', found.deletionProtection, false],
    ['service_account', found.serviceAccounts, []],
    // Not computed: a value that nobody asked for would be a difference that replaces the machine.
    ['network_interface.nic_type', seen?.nicType, undefined],
    ['network_interface.queue_count', seen?.queueCount, undefined],
    ['network_interface.subnetwork', path(seen?.subnetwork ?? ''), nic.subnetwork],
    ['network_interface.access_config.#', seen?.accessConfigs.length, blocks(nic.access_config).length],
    ['key_revocation_action_type', found.keyRevocationActionType, undefined],
    ['resource_policies', found.resourcePolicies, undefined],
    ['hostname', found.hostname, undefined],
    ['network_performance_config', found.networkPerformanceConfig, undefined],
    ['advanced_machine_features', found.advancedMachineFeatures, undefined],
    ['boot_disk.auto_delete', disk?.autoDelete, wanted.auto_delete],
    ['boot_disk.mode', disk?.mode, 'READ_WRITE'],
    ['boot_disk.source', disk?.source, boot.selfLink],
    ['boot_disk.initialize_params.image', path(boot.sourceImage), params.image],
    ['boot_disk.initialize_params.size', boot.sizeGb, params.size],
    ['boot_disk.initialize_params.type', lastOf(boot.type), params.type],
    ['boot_disk.initialize_params.labels', boot.labels, params.labels],
    ['boot_disk.initialize_params.provisioned_iops', boot.provisionedIops, params.provisioned_iops ?? boot.provisionedIops],
    ['boot_disk.initialize_params.provisioned_throughput', boot.provisionedThroughput, params.provisioned_throughput ?? boot.provisionedThroughput],
    ['boot_disk.initialize_params.enable_confidential_compute', boot.enableConfidentialCompute ?? false, false],
    ...(scheduling === undefined
      ? []
      : ([
          ['scheduling.automatic_restart', found.scheduling.automaticRestart, scheduling.automatic_restart ?? true],
          ['scheduling.preemptible', found.scheduling.preemptible, scheduling.preemptible ?? false],
          ['scheduling.instance_termination_action', found.scheduling.instanceTerminationAction, scheduling.instance_termination_action],
          ['scheduling.termination_time', found.scheduling.terminationTime, scheduling.termination_time],
          ['scheduling.provisioning_model', found.scheduling.provisioningModel, scheduling.provisioning_model ?? found.scheduling.provisioningModel],
          ['scheduling.max_run_duration', found.scheduling.maxRunDuration, undefined],
          ['scheduling.node_affinities', found.scheduling.nodeAffinities, undefined],
        ] as const)),
    ...(shielded === undefined
      ? []
      : ([
          ['shielded_instance_config.enable_secure_boot', found.shieldedInstanceConfig.enableSecureBoot, shielded.enable_secure_boot ?? false],
          ['shielded_instance_config.enable_vtpm', found.shieldedInstanceConfig.enableVtpm, shielded.enable_vtpm ?? true],
          ['shielded_instance_config.enable_integrity_monitoring', found.shieldedInstanceConfig.enableIntegrityMonitoring, shielded.enable_integrity_monitoring ?? true],
        ] as const)),
  ];
  return pairs.filter(([, state, configured]) => sorted(state) !== sorted(configured)).map(([at]) => at);
}

/** Equal texts for equal values, whatever the order of their keys. */
function sorted(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
