import type { JsonObject } from '../../engine/json.ts';
import { launchMachine } from '../../engine/lifecycle.ts';
import type { Transaction } from '../../engine/world.ts';
import { flag, object, text, textMap, texts } from './fields.ts';
import { planDisks } from './instance-disks.ts';
import { instanceHooks } from './instance-life.ts';
import { draft } from './kept.ts';
import { checkLabels } from './labels.ts';
import { cpuPlatformOf, findMachineType } from './machine-type.ts';
import { authorizedKeysOf, readMetadata, userDataOf } from './metadata.ts';
import { isName, lastName, zonalId } from './names.ts';
import { readInterfaces } from './network-interface.ts';
import { pending, type Pending } from './pending.ts';
import { requireProject, requireZone } from './places.ts';
import { newPublicAddress } from './public-addresses.ts';
import { checkGlobalQuota, checkRegionalQuota } from './quota.ts';
import { alreadyExists, badName, invalid, required } from './refuse.ts';
import { deadlineOf, isSpot, readScheduling } from './scheduling.ts';
import { readTags } from './tags.ts';

/** `compute.instances.insert`: checks everything as Compute Engine would, then makes the disks and starts the machine. */
export function insertInstance(tx: Transaction, project: string, zone: string, body: JsonObject): Pending {
  requireProject(project);
  const region = requireZone(tx, zone);
  const name = text(body, 'name');
  if (name === null) throw required('resource.name');
  if (!isName(name)) throw badName('resource.name', name);
  const id = zonalId(project, zone, 'instances', name);
  if (tx.get('gcp', id) !== null) throw alreadyExists(id);
  const labels = textMap(body, 'labels');
  checkLabels(labels);
  const tags = readTags(object(body, 'tags'), 'resource.tags');
  const metadata = readMetadata(object(body, 'metadata'), 'resource.metadata');
  const type = neededType(tx, zone, text(body, 'machineType'));
  const scheduling = readScheduling(object(body, 'scheduling'), tx.nowMs);
  const disks = planDisks(tx, project, zone, name, type, body);
  const nic = readInterfaces(tx, project, region, id, body);
  checkRegionalQuota(tx, project, region, {
    CPUS: type.vcpu,
    INSTANCES: 1,
    IN_USE_ADDRESSES: nic.public ? 1 : 0,
    DISKS_TOTAL_GB: disks.newGb.standard,
    SSD_TOTAL_GB: disks.newGb.ssd,
  });
  checkGlobalQuota(tx, project, 'CPUS_ALL_REGIONS', type.vcpu);
  const publicIp = nic.public ? (nic.staticIp ?? newPublicAddress(tx, tx.newId(8))) : null;
  const instance = draft(
    tx,
    'instance',
    id,
    {
      description: text(body, 'description') ?? '',
      machineType: zonalId(project, zone, 'machineTypes', type.type),
      cpuPlatform: cpuPlatformOf(type.type),
      minCpuPlatform: text(body, 'minCpuPlatform'),
      tags,
      metadata,
      scheduling,
      networkInterfaces: [nic.nic],
      disks: disks.attach(id),
      canIpForward: flag(body, 'canIpForward') ?? false,
      deletionProtection: flag(body, 'deletionProtection') ?? false,
      hostname: text(body, 'hostname'),
      shieldedInstanceConfig: shielded(object(body, 'shieldedInstanceConfig')),
      serviceAccounts: body.serviceAccounts ?? [],
      resourcePolicies: texts(body, 'resourcePolicies'),
      advancedMachineFeatures: object(body, 'advancedMachineFeatures'),
      lastStartTimestampMs: tx.nowMs,
    },
    labels,
  );
  const launched = launchMachine(
    tx,
    instance,
    {
      hostName: text(body, 'hostname') ?? name,
      image: disks.bootImage,
      type,
      privateIp: nic.privateIp,
      publicIp,
      userData: userDataOf(metadata, disks.bootImage.system),
      authorizedKeys: authorizedKeysOf(metadata),
      // A guest that powers itself off leaves a stopped machine.
      onShutdown: 'stop',
      deadline: deadlineOf(scheduling, tx.nowMs),
      spot: isSpot(scheduling),
      onPreemption: text(scheduling, 'instanceTerminationAction') === 'DELETE' ? 'terminate' : 'stop',
    },
    instanceHooks,
  );
  return pending(launched, 'insert', instanceHooks.pace.pendingMs, 'started');
}

/** A machine type of the zone, or the refusal for one that is not there. */
export function neededType(tx: Transaction, zone: string, reference: string | null) {
  if (reference === null) throw required('resource.machineType');
  const name = lastName(reference);
  const type = findMachineType(tx, zone, name);
  if (type === null) throw invalid('resource.machineType', reference, `Machine type with name '${name}' does not exist in zone '${zone}'.`);
  return type;
}

/** Images of today boot by UEFI: the virtual TPM and integrity monitoring are on unless they are told off. */
const shielded = (given: JsonObject | null): JsonObject => ({
  enableSecureBoot: flag(given ?? {}, 'enableSecureBoot') ?? false,
  enableVtpm: flag(given ?? {}, 'enableVtpm') ?? true,
  enableIntegrityMonitoring: flag(given ?? {}, 'enableIntegrityMonitoring') ?? true,
});
