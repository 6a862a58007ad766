import type { Json } from './provider-http.ts';

// What hashicorp/google sends for the resources of a stack, after its source: what is empty is left out, but for what it forces.

/** A resource's arguments, as in cdk.tf.json. */
export type Config = Readonly<Record<string, unknown>>;

const given = (fields: Json): Json => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== '' && value !== 0));

export const networkBody = ({ name, description, auto_create_subnetworks: autoCreateSubnetworks }: Config): Json =>
  given({ name, description, autoCreateSubnetworks, networkFirewallPolicyEnforcementOrder: 'AFTER_CLASSIC_FIREWALL' });

/** A region becomes a path that the API does not have, and takes. */
export const subnetworkBody = ({ name, network, ip_cidr_range: ipCidrRange, region, project }: Config): Json =>
  given({ name, network, ipCidrRange, region: `projects/${String(project)}/global/regions/${String(region)}`, secondaryIpRanges: [], logConfig: { enable: false } });

export const firewallBody = ({ name, description, network, direction, source_ranges: sourceRanges, target_tags: targetTags, allow }: Config): Json => ({
  ...given({ name, network, direction, sourceRanges, targetTags }),
  description: description ?? '',
  allowed: blocks(allow).map(({ protocol, ports }) => ({ IPProtocol: protocol, ports })),
  disabled: false,
  priority: 1000,
  logConfig: { enable: false },
});

export function instanceBody(config: Config, effectiveLabels: Json): Json {
  const { name, project, zone, machine_type: type, tags, shielded_instance_config: shielded } = config;
  const place = `projects/${String(project)}/zones/${String(zone)}`;
  const [boot = {}] = blocks(config.boot_disk);
  const [params = {}] = blocks(boot.initialize_params);
  const [nic = {}] = blocks(config.network_interface);
  return {
    canIpForward: false,
    deletionProtection: false,
    name,
    machineType: `${place}/machineTypes/${String(type)}`,
    tags: { items: tags },
    params: {},
    labels: effectiveLabels,
    metadata: { items: metadataItems(config) },
    scheduling: schedulingBody(config),
    disks: [
      {
        autoDelete: boot.auto_delete,
        boot: true,
        mode: 'READ_WRITE',
        initializeParams: given({
          diskSizeGb: text(params.size),
          provisionedIops: text(params.provisioned_iops),
          provisionedThroughput: text(params.provisioned_throughput),
          diskType: `${place}/diskTypes/${String(params.type)}`,
          sourceImage: params.image,
          labels: params.labels,
        }),
      },
    ],
    networkInterfaces: [{ subnetwork: nic.subnetwork, accessConfigs: blocks(nic.access_config).map(() => ({ type: 'ONE_TO_ONE_NAT' })) }],
    ...(blocks(shielded)[0] === undefined ? {} : { shieldedInstanceConfig: shieldedBody(blocks(shielded)[0] ?? {}) }),
  };
}

export const metadataItems = ({ metadata }: Config): readonly Json[] => Object.entries(typeof metadata === 'object' && metadata !== null ? metadata : {}).map(([key, value]) => ({ key, value: String(value) }));

/** A block forces its fields to be sent, empty or not, and a list of affinities with nothing in it. */
function schedulingBody({ scheduling }: Config): Json {
  const [block] = blocks(scheduling);
  if (block === undefined) return { automaticRestart: true };
  return {
    automaticRestart: block.automatic_restart ?? true,
    preemptible: block.preemptible ?? false,
    onHostMaintenance: '',
    nodeAffinities: [null],
    provisioningModel: block.provisioning_model ?? '',
    instanceTerminationAction: block.instance_termination_action ?? '',
    ...given({ terminationTime: block.termination_time }),
  };
}

const shieldedBody = (block: Config): Json => ({
  enableSecureBoot: block.enable_secure_boot ?? false,
  enableVtpm: block.enable_vtpm ?? true,
  enableIntegrityMonitoring: block.enable_integrity_monitoring ?? true,
});

const text = (number: unknown): string | undefined => (typeof number === 'number' ? String(number) : undefined);

/** Blocks are written as one object or as a list. */
export function blocks(value: unknown): readonly Config[] {
  const isConfig = (item: unknown): item is Config => typeof item === 'object' && item !== null && !Array.isArray(item);
  return Array.isArray(value) ? value.filter(isConfig) : isConfig(value) ? [value] : [];
}

/** A reference to another resource's id, resolved; other values as they are. */
export function resolved(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, ids));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, ids)]));
  if (typeof value !== 'string') return value;
  const [, address] = /^\$\{(google_\w+\.[\w-]+)\.id\}$/.exec(value) ?? [];
  return address === undefined ? value.replaceAll('$${', '${').replaceAll('%%{', '%{') : (ids.get(address) ?? value);
}
