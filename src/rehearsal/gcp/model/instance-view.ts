import type { InstanceState } from '../../../core/events.ts';
import type { JsonObject } from '../../engine/json.ts';
import type { SimResource } from '../../engine/resource.ts';
import type { WorldView } from '../../engine/world.ts';
import { object, objects, present, text, textMap, texts } from './fields.ts';
import { find } from './kept.ts';
import { instanceFingerprint } from './instance-properties.ts';
import { metadataView } from './metadata.ts';
import { interfaceFingerprint } from './network-interface.ts';
import { timestamp } from './numeric-id.ts';
import { tagsView } from './tags.ts';
import { common, labelled, linkOf, zoneLink } from './view-parts.ts';

/** The words of the API for the states of a machine. */
const statusOf: Readonly<Record<InstanceState, string>> = {
  pending: 'PROVISIONING',
  running: 'RUNNING',
  stopping: 'STOPPING',
  stopped: 'TERMINATED',
  terminating: 'STOPPING',
  terminated: 'TERMINATED',
  unknown: 'REPAIRING',
};

/** A suspended machine is a stopped one in other words. */
const suspendedStatus: Partial<Readonly<Record<InstanceState, string>>> = { stopping: 'SUSPENDING', stopped: 'SUSPENDED' };

export function instanceStatus({ machine, props }: SimResource): string {
  const state = machine?.state ?? 'unknown';
  return (props.suspended === true ? suspendedStatus[state] : undefined) ?? statusOf[state];
}

export function instanceView(view: WorldView, instance: SimResource): JsonObject {
  const { props, machine } = instance;
  const { canIpForward, deletionProtection, cpuPlatform, minCpuPlatform, scheduling, shieldedInstanceConfig, serviceAccounts, hostname, advancedMachineFeatures } = props;
  const startMs = props.lastStartTimestampMs;
  const stopMs = props.lastStopTimestampMs;
  const accounts = Array.isArray(serviceAccounts) && serviceAccounts.length > 0 ? serviceAccounts : null;
  return present({
    ...common(instance, 'instance'),
    zone: zoneLink(instance),
    status: instanceStatus(instance),
    statusMessage: machine?.stateReason,
    machineType: linkOf(props, 'machineType'),
    cpuPlatform: machine?.state === 'stopped' ? null : cpuPlatform,
    minCpuPlatform, canIpForward, deletionProtection, hostname, advancedMachineFeatures,
    startRestricted: false,
    tags: tagsView(texts(props, 'tags')),
    metadata: metadataView(textMap(props, 'metadata')),
    scheduling: object(props, 'scheduling') === null ? {} : scheduling,
    serviceAccounts: accounts,
    shieldedInstanceConfig,
    shieldedInstanceIntegrityPolicy: { updateAutoLearnPolicy: true },
    displayDevice: { enableDisplay: props.enableDisplay === true },
    resourcePolicies: texts(props, 'resourcePolicies').length === 0 ? null : texts(props, 'resourcePolicies'),
    networkInterfaces: objects(props, 'networkInterfaces').map((nic) => interfaceView(nic, machine?.publicIp ?? null)),
    disks: objects(props, 'disks').map((disk) => attachedView(view, disk)),
    fingerprint: instanceFingerprint(instance),
    lastStartTimestamp: typeof startMs === 'number' ? timestamp(startMs) : null,
    lastStopTimestamp: typeof stopMs === 'number' && machine?.state === 'stopped' ? timestamp(stopMs) : null,
    ...labelled(instance),
  });
}

function interfaceView(nic: JsonObject, publicIp: string | null): JsonObject {
  const { name, networkIP, stackType, nicType, aliasIpRanges } = nic;
  const configs = objects(nic, 'accessConfigs').map((config) =>
    present({ kind: 'compute#accessConfig', type: config.type, name: config.name, networkTier: config.networkTier, natIP: publicIp }),
  );
  return present({
    kind: 'compute#networkInterface',
    name, networkIP, stackType, nicType,
    fingerprint: interfaceFingerprint(nic, publicIp),
    aliasIpRanges: Array.isArray(aliasIpRanges) && aliasIpRanges.length > 0 ? aliasIpRanges : null,
    network: linkOf(nic, 'network'),
    subnetwork: linkOf(nic, 'subnetwork'),
    accessConfigs: configs.length === 0 ? null : configs,
  });
}

function attachedView(view: WorldView, attached: JsonObject): JsonObject {
  const disk = find(view, 'disk', text(attached, 'source') ?? '');
  return present({
    kind: 'compute#attachedDisk',
    ...attached,
    source: linkOf(attached, 'source'),
    diskSizeGb: disk?.props.sizeGb,
    licenses: disk?.props.licenses,
    guestOsFeatures: disk?.props.guestOsFeatures,
    architecture: disk?.props.architecture,
  });
}
